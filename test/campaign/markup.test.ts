import { describe, expect, it } from 'vitest'
import { parseLiquid } from '../../src/campaign/liquid.ts'
import { inspectMarkup, sample } from '../../src/campaign/markup.ts'
import type { Node } from '../../src/campaign/template.ts'

function nodesOf(source: string): readonly Node[] {
  const parsed = parseLiquid(source)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value.nodes
}

const problems = (source: string): readonly string[] => inspectMarkup(nodesOf(source)).problems

describe('inspectMarkup', () => {
  it.each([
    '<p>{{ geo.city }}</p>',
    '<a href="{{ data.u }}" title=\'{{ x }}\'>{{ y }}</a>',
    '<a href="/a?b={{ x }}&amp;c={% if y %}1{% else %}{{ z }}{% endif %}">z</a>',
    '<p class="a {% if x %}b{% endif %}">x</p>',
    '{% for p in data.items %}<li><a href="{{ p.u }}"><img src="{{ p.i }}" alt="">{{ p.t }}</a></li>{% else %}<li>0</li>{% endfor %}',
    '<ul>{% for p in x %}{% if p %}<li>{{ p }}</li>{% endif %}{% endfor %}</ul>',
    '<br><input value="{{ x }}"><svg viewBox="0 0 1 1"><path d="M0"/><title>{{ x }}</title></svg>',
    '<textarea>{{ x }}</textarea><style>.a{color:red}</style>',
    '<svg viewBox="0 0 1 1"><image href="/a.png"></image></svg>',
    '<!-- a > b --><p>1 &lt; 2 and 3 < 4</p>',
    '<p style="color:red" data-x={{ }}plain>x</p>'.replace('{{ }}', ''),
    '<iframe src="https://maps.example/x"></iframe>',
    '<div aria-label="{{ x }}" data-city="{{ y }}"></div>',
  ])('passes %s', (source) => {
    expect(problems(source)).toEqual([])
  })

  it.each([
    ['<h{{ x }}>a</h1>', /inside a tag/],
    ['<{{ x }}>', /inside a tag/],
    ['a <{{ x }}', /inside a tag/],
    ['</{{ x }}>', /inside a tag/],
    ['<p {{ x }}>a</p>', /inside a tag/],
    ['<p {{ x }}="b">a</p>', /inside a tag/],
    ['<p class={{ x }}>a</p>', /quotes/],
    ['<p class=a{{ x }}>a</p>', /quotes/],
    ['<p class= {{ x }}>a</p>', /quotes/],
    ['<!-- {{ x }} -->', /comment/],
    ['<!-{{ x }}', /only begin a comment/],
    ['<style>a{{ x }}</style>', /inside <style>/],
    ['<iframe>{{ x }}</iframe>', /inside <iframe>/],
    ['<p style="color:{{ x }}">a</p>', /style/],
    ['<p x-data="{{ x }}">a</p>', /x-data/],
    ['<p onclick="a({{ x }})">a</p>', /script/],
    ['<iframe src="{{ x }}"></iframe>', /loads/],
    ['<link rel="stylesheet" href="{{ x }}">', /loads/],
    ['<svg><use href="{{ x }}"/></svg>', /loads/],
  ])('refuses an expression where it stands in %s', (source, message) => {
    expect(problems(source).join(' ')).toMatch(message)
  })

  it.each([
    ['<p>{% if x %}</p>{% endif %}', /closes nothing|close what it opens/],
    ['{% if x %}<p>{% endif %}</p>', /close what it opens/],
    ['{% for x in y %}<li>{% endfor %}', /close what it opens/],
    ['{% for x in y %}</li><li>{% endfor %}', /closes nothing/],
    ['<p {% if x %}hidden{% endif %}>a</p>', /write the tag twice/],
    ['<p class="{% if x %}a" id="{% endif %}">b</p>', /close what it opens/],
    ['<p class="a{% if x %}">{% endif %}</p>', /close what it opens/],
    ['<style>{% if x %}a{% endif %}</style>', /write the tag twice/],
    ['{% if x %}<!-- {% endif %}-->', /close what it opens/],
    ['<p><b></p></b>', /closes nothing/],
    ['<p>', /not closed/],
    ['<p class="a', /not closed/],
    ['<!-- a', /not closed/],
  ])('refuses markup that a branch would break: %s', (source, message) => {
    expect(problems(source).join(' ')).toMatch(message)
  })

  it.each([
    ['<script>alert(1)</script>', /<script>/],
    ['<SCRIPT src="/x.js"></SCRIPT>', /<script>/],
    ['<img src="/x" onerror="alert(1)">', /onerror/],
    ['<img src=/x ONERROR=alert(1)>', /onerror/],
    ['<a href="javascript:alert(1)">a</a>', /href/],
    ['<a href="java&Tab;script:alert(1)">a</a>', /href/],
    ['<a href=" &#106;avascript:alert(1)">a</a>', /href/],
    ['<a href=javascript:alert(1)>a</a>', /href/],
    ['<form action="javascript:a"></form>', /action/],
    ['<button formaction="vbscript:a">a</button>', /formaction/],
    ['<svg><a xlink:href="javascript:a">b</a></svg>', /xlink:href/],
    ['<img srcset="/a 1x, data:x 2x">', /srcset/],
    ['<iframe srcdoc="<p>"></iframe>', /srcdoc/],
    ['<base href="/">', /<base>/],
    ['<meta http-equiv="refresh" content="0">', /http-equiv/],
    ['<object data="/x"></object>', /<object>/],
    ['<embed src="/x">', /<embed>/],
    ['<svg><animate attributeName="href" values="javascript:a"/></svg>', /animation/],
    ['<svg><style>a{}</style></svg>', /<style>/],
    ['<svg><foreignObject><p>a</p></foreignObject></svg>', /<foreignobject>/],
    ['<p class="a" class="b">c</p>', /twice/],
    ['<p a"b>c</p>', /quote/],
    ['<![CDATA[a]]>', /comment/],
    ['<?xml ?>', /comment/],
  ])('refuses what is or becomes a script: %s', (source, message) => {
    expect(problems(source).join(' ')).toMatch(message)
  })

  it('gathers the value of a URL attribute that holds expressions', () => {
    const { nodes } = inspectMarkup(nodesOf('<a href="/x?{{ a }}" title="{{ b }}">c</a>'))
    expect(nodes.map((node) => (node.kind === 'static' ? node.text : node.kind))).toEqual([
      '<a href="',
      'url',
      '" title="',
      'output',
      '">c</a>',
    ])
  })

  it('leaves the text as it was', () => {
    const source = '<a href="/x?{{ a }}">{% if b %}<i class=\'{{ c }}\'>d</i>{% else %}e{% endif %}</a>'
    const before = nodesOf(source)
    const { nodes } = inspectMarkup(before)
    expect(sample(nodes, true)).toBe(sample(before, true))
    expect(sample(nodes, true)).toBe('<a href="/x?x"><i class=\'x\'>d</i>e</a>')
    expect(sample(nodes, false)).toBe('<a href="/x?x"></a>')
  })
})
