import { describe, expect, it } from 'vitest'
import {
  bypassReason,
  charsetOfBytes,
  charsetOfType,
  isCompressed,
  SNIFF_BYTES,
} from '../../src/page/html.ts'

const HTML = 'text/html; charset=utf-8'

describe('bypassReason', () => {
  const reason = (status: number, headers: Record<string, string>): string | null =>
    bypassReason({ status, headers: new Headers(headers) })

  it.each([
    [200, { 'Content-Type': HTML }, null],
    [200, { 'Content-Type': 'TEXT/HTML' }, null],
    [200, { 'Content-Type': HTML, 'Content-Encoding': 'gzip' }, null],
    [200, { 'Content-Type': HTML, 'Content-Encoding': 'br' }, null],
    [200, { 'Content-Type': HTML, 'Content-Encoding': 'zstd' }, 'encoding'],
    [200, { 'Content-Type': HTML, 'Content-Encoding': 'deflate' }, 'encoding'],
    // The runtime decodes no other spelling.
    [200, { 'Content-Type': HTML, 'Content-Encoding': 'GZIP' }, 'encoding'],
    [200, { 'Content-Type': HTML, 'Content-Encoding': 'gzip, br' }, 'encoding'],
    [200, { 'Content-Type': 'text/html; charset=iso-8859-1' }, 'charset'],
    [200, { 'Content-Type': 'text/html; charset=' }, 'charset'],
    [200, { 'Content-Type': 'application/xhtml+xml' }, 'type'],
    [200, { 'Content-Type': 'text/htmlx' }, 'type'],
    [200, {}, 'type'],
    [200, { 'Content-Type': HTML, 'Content-Disposition': 'Attachment; filename=a.html' }, 'attachment'],
    [200, { 'Content-Type': HTML, 'Cache-Control': 'public, No-Transform' }, 'no_transform'],
    [200, { 'Content-Type': HTML, 'Content-Range': 'bytes 0-9/99' }, 'partial'],
    [206, { 'Content-Type': HTML }, 'partial'],
    [301, { Location: '/' }, 'redirect'],
    [304, {}, 'status'],
    [404, { 'Content-Type': HTML }, 'status'],
    [203, { 'Content-Type': HTML }, 'status'],
    [500, { 'Content-Type': HTML }, 'status'],
  ])('%i %j is %j', (status, headers, expected) => {
    expect(reason(status, headers as Record<string, string>)).toBe(expected)
  })
})

describe('charsetOfType', () => {
  it.each([
    [null, 'absent'],
    ['text/html', 'absent'],
    ['text/html;charset=UTF-8', 'utf8'],
    ['text/html; charset="utf8"', 'utf8'],
    ['text/html; a=b; Charset = utf-8 ; c=d', 'utf8'],
    ['text/html; charset=windows-1252', 'other'],
    ['text/html; charset=utf-16', 'other'],
    ['text/html; charset=nonsense', 'other'],
  ])('%j is %s', (type, expected) => {
    expect(charsetOfType(type)).toBe(expected)
  })
})

describe('charsetOfBytes', () => {
  const of = (text: string, ended = false): string | undefined =>
    charsetOfBytes(
      Uint8Array.from(text, (unit) => unit.charCodeAt(0)),
      ended,
    )

  it.each([
    ['<meta charset=utf-8>', 'utf8'],
    ['<meta charset="UTF-8">', 'utf8'],
    ["<html><head><META name=a charset='utf8' />", 'utf8'],
    ['<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', 'utf8'],
    ['<meta charset=iso-8859-15>', 'other'],
    ['<meta charset=utf-16>', 'other'],
    ['\xef\xbb\xbf<!doctype html>', 'utf8'],
    ['\xff\xfe<\x00', 'other'],
    ['\xfe\xff\x00<', 'other'],
    ['<title>a</title></head>', 'absent'],
    ['<body class=x>', 'absent'],
    ['<!-- <meta charset=koi8-r> --><meta charset=utf-8>', 'utf8'],
    ['<!-- <meta charset=utf-8>', undefined],
    // The rest of the label may be in the next chunk.
    ['<meta charset=utf-8', undefined],
    ['<!doctype html>', undefined],
    ['', undefined],
  ])('%j says %s', (text, expected) => {
    expect(of(text)).toBe(expected)
  })

  it('says absent where the page ends, or where browsers stop looking', () => {
    expect(of('<p>short', true)).toBe('absent')
    expect(of(`${' '.repeat(SNIFF_BYTES)}<meta charset=utf-8>`)).toBe('absent')
  })
})

describe('isCompressed', () => {
  it('holds for the codings that the runtime takes off', () => {
    const of = (coding?: string): boolean =>
      isCompressed(new Headers(coding === undefined ? {} : { 'Content-Encoding': coding }))
    expect([of('gzip'), of('br'), of('identity'), of()]).toEqual([true, true, false, false])
  })
})
