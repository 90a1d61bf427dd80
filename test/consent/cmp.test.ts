import { describe, expect, it } from 'vitest'
import { readCookiebot, readOneTrust } from '../../src/consent/cmp.ts'
import { DENY_ALL, SILENT, UNREADABLE } from '../../src/consent/model.ts'
import { cookiebot, oneTrust } from '../help/consent-strings.ts'

const says = (personalization: string, measurement: string) => ({ personalization, measurement })

describe('readOneTrust', () => {
  it.each([
    ['all groups on', oneTrust({ C0001: 1, C0002: 1, C0003: 1, C0004: 1 }), says('grant', 'grant')],
    ['functional off', oneTrust({ C0001: 1, C0002: 1, C0003: 0 }), says('deny', 'grant')],
    ['performance off', oneTrust({ C0001: 1, C0002: 0, C0003: 1 }), says('grant', 'deny')],
    ['targeting off, which is not ours', oneTrust({ C0002: 1, C0003: 1, C0004: 0 }), says('grant', 'grant')],
    ['a shop without these groups', oneTrust({ C0001: 1, C0004: 1 }), SILENT],
    [
      'groups of other kinds',
      oneTrust({ C0002: 1, C0003: 1, IABV2_1: 1, 'H12-a': 0 }),
      says('grant', 'grant'),
    ],
    [
      'defaults nobody has touched',
      oneTrust({ C0002: 1, C0003: 0 }, '&interactionCount=0'),
      says('deny', 'silent'),
    ],
    [
      'a choice to be asked again',
      oneTrust({ C0002: 1, C0003: 0 }, '&AwaitingReconsent=true'),
      says('deny', 'silent'),
    ],
    ['GPC seen', oneTrust({ C0002: 1, C0003: 1 }, '&isGpcEnabled=1'), DENY_ALL],
    ['groups that only have a number', oneTrust({ 1: 1, 2: 0, 3: 1, 4: 1 }), says('grant', 'deny')],
    ['a group by both of its names', oneTrust({ C0002: 1, C0003: 1, 3: 0 }), says('deny', 'grant')],
    ['no sale', oneTrust({ C0002: 1, C0003: 1, SPD_BG: 0 }), DENY_ALL],
    ['no sale and no sharing', oneTrust({ C0002: 1, C0003: 1, SSPD_BG: 0 }), DENY_ALL],
    ['sale allowed', oneTrust({ C0002: 1, C0003: 0, SSPD_BG: 1 }), says('deny', 'grant')],
    ['a group named twice', 'groups=C0003:1,C0002:1,C0003:0', says('deny', 'grant')],
  ])('reads %s', (_, value, answer) => {
    expect(readOneTrust(value)).toEqual(answer)
  })

  it.each([
    ['no groups', 'isGpcEnabled=0&version=6'],
    ['empty groups', 'groups='],
    ['two lists of groups', 'groups=C0003:1&groups=C0003:0'],
    ['a state that is neither on nor off', 'groups=C0002:1,C0003:2'],
    ['a group without a state', 'groups=C0002:1,C0003'],
    ['broken encoding', 'groups=C0003%3'],
    ['nothing', ''],
  ])('refuses %s', (_, value) => {
    expect(readOneTrust(value)).toBe(UNREADABLE)
  })
})

describe('readCookiebot', () => {
  it.each([
    ['everything allowed', cookiebot(true, true), says('grant', 'grant')],
    ['preferences only', cookiebot(true, false), says('grant', 'deny')],
    ['statistics only', cookiebot(false, true), says('deny', 'grant')],
    ['what was only implied', cookiebot(true, false, 'implied'), says('silent', 'deny')],
    ['a visitor outside its regions', '-1', SILENT],
    ['a refusal', '0', DENY_ALL],
  ])('reads %s', (_, value, answer) => {
    expect(readCookiebot(value)).toEqual(answer)
  })

  it.each([
    ['a value of some other tool', 'true'],
    ['a switch that is missing', '{necessary:true,preferences:true}'],
    ['a switch that is no boolean', '{preferences:1,statistics:true}'],
    ['a switch named twice', '{preferences:true,statistics:true,preferences:false}'],
    ['an open end', '{preferences:true,statistics:true,'],
    ['text after the end', '{preferences:true,statistics:true}x'],
    ['a nested value', '{preferences:{a:true},statistics:true}'],
    ['an empty literal', '{}'],
    ['broken encoding', '%7Bpreferences:true,statistics:true%'],
    ['nothing', ''],
  ])('refuses %s', (_, value) => {
    expect(readCookiebot(value)).toBe(UNREADABLE)
  })
})
