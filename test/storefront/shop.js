// The one thing the shop's shared pages say about a visitor: how many things are in the basket.
const count = /(?:^|;\s*)basket_count=(\d+)/.exec(document.cookie)?.[1]
if (count !== undefined && count !== '0') {
  const badge = document.querySelector('.basket-count')
  badge.textContent = count
  badge.hidden = false
}

// Following a maker: the buttons tell Selvedge by their attributes, and here they show what came of it. Who follows is
// known to Selvedge alone; a cookie only says that it is worth asking.
const buttons = document.querySelectorAll('.follow-button')

function show(brand, isFollowed) {
  for (const button of buttons) {
    if (button.dataset.selvedgeBrand.toLowerCase() !== brand.toLowerCase()) continue
    button.setAttribute('aria-pressed', String(isFollowed))
    button.dataset.selvedgeTrack = isFollowed ? 'unfollow' : 'follow'
  }
}

function refer(brand) {
  for (const button of buttons) {
    if (button.dataset.selvedgeBrand !== brand) continue
    const link = Object.assign(document.createElement('a'), {
      href: '/_selvedge/privacy',
      textContent: 'with your leave',
    })
    button.nextElementSibling.replaceChildren('Only ', link, '.')
  }
}

addEventListener('selvedge:sent', ({ detail: { events, why } }) => {
  for (const { kind, brand } of events) {
    if (kind !== 'follow' && kind !== 'unfollow') continue
    if (why !== undefined) refer(brand)
    else {
      show(brand, kind === 'follow')
      document.cookie = 'follows=1; Path=/; SameSite=Lax; Max-Age=31536000'
    }
  }
})

if (buttons.length > 0 && window.selvedge !== undefined) {
  for (const button of buttons) button.hidden = false
  if (/(?:^|;\s*)follows=1/.test(document.cookie)) {
    fetch('/_selvedge/me')
      .then((answer) => answer.json())
      .then(({ profile }) => profile?.follows?.forEach((brand) => show(brand, true)))
      .catch(() => {})
  }
}
