// The one thing the shop's shared pages say about a visitor: how many things are in the basket.
const count = /(?:^|;\s*)basket_count=(\d+)/.exec(document.cookie)?.[1]
if (count !== undefined && count !== '0') {
  const badge = document.querySelector('.basket-count')
  badge.textContent = count
  badge.hidden = false
}
