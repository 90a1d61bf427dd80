import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOperator, readTable, wordsOf } from '../../src/cli/operator.ts'
import { listen } from '../help/listen.ts'

let url: string
let said: { readonly status: number; readonly type: string; readonly text: string }
const server = createServer((_, response) => {
  response.writeHead(said.status, { 'Content-Type': said.type }).end(said.text)
})
beforeAll(async () => {
  url = await listen(server)
})
afterAll(() => void server.close())

const ask = () => createOperator(url, 't')('GET', '/campaigns')

describe('createOperator', () => {
  it.each([
    [200, 'text/html', '<html>'],
    [200, 'application/json', 'null'],
    [302, 'text/html', ''],
    [403, 'application/json', '{"error":"blocked by the firewall"}'],
    [403, 'application/problem+json', '{'],
  ])('takes a stranger’s %d of %s "%s" for none of Selvedge’s', async (status, type, text) => {
    said = { status, type, text }
    await expect(ask()).rejects.toThrow(`answered ${status}, and not as Selvedge does`)
  })

  it('gives the problem that a door has', async () => {
    said = { status: 503, type: 'application/problem+json', text: '{"title":"No store","detail":"wait"}' }
    expect(await ask()).toEqual({ ok: false, error: { title: 'No store', detail: 'wait' } })
  })
})

describe('readTable', () => {
  it('takes no page of somebody else’s for a table', async () => {
    said = { status: 200, type: 'text/html', text: '<html>' }
    await expect(readTable(url, 't', '/reports')).rejects.toThrow('answered 200, and not as Selvedge does')
    said = { status: 200, type: 'text/csv; charset=utf-8', text: 'a,b\n' }
    expect(await readTable(url, 't', '/reports')).toEqual({ ok: true, value: 'a,b\n' })
  })
})

describe('wordsOf', () => {
  it('leaves out neither what is wrong nor what to do', () => {
    const problem = { type: '', status: 503, title: 'The store does not answer' }
    expect(wordsOf(problem)).toBe('The store does not answer.')
    expect(wordsOf({ ...problem, detail: 'send it again' })).toBe('The store does not answer: send it again.')
  })
})
