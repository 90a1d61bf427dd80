import { Hono } from 'hono'
import { describe, expect, it, vi } from 'vitest'
import { type AuthVariables, bearerAuth, parseTokens, type Token, whoseToken } from '../../src/kit/auth.ts'

const ANA: Token = { name: 'ana', secret: 'a'.repeat(40) }
const BEN: Token = { name: 'ben', secret: 'b'.repeat(24) }

describe('parseTokens', () => {
  it('reads names and tokens', () => {
    expect(parseTokens(`ana:${ANA.secret}, ben:${BEN.secret}`)).toEqual({ ok: true, value: [ANA, BEN] })
  })

  it('gives a lone token to the operator', () => {
    expect(parseTokens(ANA.secret)).toEqual({ ok: true, value: [{ name: 'operator', secret: ANA.secret }] })
  })

  it('collects every fault by place and repeats no secret', () => {
    const parsed = parseTokens(`ana:short,ana:${BEN.secret},b n:${BEN.secret},c:${BEN.secret}"`)
    if (parsed.ok) throw new Error('accepted')
    expect(parsed.error.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/0 token_short',
      '/1 duplicate',
      '/2 token_name',
      '/3 token',
    ])
    expect(JSON.stringify(parsed.error)).not.toMatch(/short,|bbb/)
  })
})

describe('whoseToken', () => {
  it('knows each token by its name', async () => {
    expect(await whoseToken(ANA.secret, [ANA, BEN])).toBe('ana')
    expect(await whoseToken(BEN.secret, [ANA, BEN])).toBe('ben')
  })

  it.each(['', 'a', 'a'.repeat(39), 'a'.repeat(41), `${'a'.repeat(39)}b`, 'a'.repeat(100_000)])(
    'does not know a near miss (%#)',
    async (sent) => expect(await whoseToken(sent, [ANA, BEN])).toBeNull(),
  )

  it('does the same work whether the first, the last or no character is wrong', async () => {
    const digest = vi.spyOn(crypto.subtle, 'digest')
    const work = async (sent: string): Promise<number> => {
      digest.mockClear()
      await whoseToken(sent, [ANA, BEN])
      return digest.mock.calls.length
    }
    const right = await work(ANA.secret)
    expect(right).toBeGreaterThan(0)
    expect(await work(`x${'a'.repeat(39)}`)).toBe(right)
    expect(await work(`${'a'.repeat(39)}x`)).toBe(right)
    digest.mockRestore()
  })
})

describe('bearerAuth', () => {
  const app = new Hono<{ Variables: AuthVariables }>()
    .use(bearerAuth([ANA, BEN]))
    .get('/', (c) => c.text(c.var.actor))
  const send = async (authorization?: string): Promise<Response> =>
    app.request('/', authorization === undefined ? {} : { headers: { Authorization: authorization } })

  it('names the actor, whatever the case of the scheme', async () => {
    expect(await (await send(`bearer ${BEN.secret}`)).text()).toBe('ben')
  })

  it('asks for a token where none was sent', async () => {
    const response = await send()
    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="selvedge"')
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  })

  it.each(['Bearer', 'Bearer  ', `Basic ${ANA.secret}`, 'Bearer wrong', `Bearer ${ANA.secret} x`])(
    'refuses %s',
    async (authorization) => {
      const response = await send(authorization)
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toContain('invalid_token')
    },
  )

  it('lets nobody in where no token is known', async () => {
    const closed = new Hono<{ Variables: AuthVariables }>().use(bearerAuth([])).get('/', (c) => c.text('in'))
    expect((await closed.request('/', { headers: { Authorization: 'Bearer x' } })).status).toBe(401)
  })
})
