/**
 * `near.js`: what a shop's page loads to let visitors share where they are. It asks nobody anything by itself: only a
 * click on an element with `data-selvedge-near` makes the browser ask, and only a yes sends a position, once, to our own
 * door. The page hears of it by the event `selvedge:near`; `data-selvedge-near="reload"` loads the page again.
 */
export const NEAR_SCRIPT = `(() => {
  const tell = (target, detail) =>
    target.dispatchEvent(new CustomEvent('selvedge:near', { bubbles: true, detail }))
  const share = async (button, coords) => {
    const body = JSON.stringify({ latitude: coords.latitude, longitude: coords.longitude })
    const answer = await window.fetch(location.origin + '/_selvedge/near', {
      method: 'POST', body, credentials: 'same-origin', headers: { 'Content-Type': 'application/json' },
    })
    if (!answer.ok) return tell(button, { store: null, why: String(answer.status) })
    tell(button, await answer.json())
    if (button.dataset.selvedgeNear === 'reload') location.reload()
  }
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-selvedge-near]')
    if (!button) return
    event.preventDefault()
    const failed = (why) => tell(button, { store: null, why })
    if (!navigator.geolocation) return failed('unsupported')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => share(button, coords).catch(() => failed('offline')),
      (error) => failed(error.code === 1 ? 'denied' : 'unknown'),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    )
  })
})()
`
