import { begin, finish, manager } from './baton.ts'
import { showHome, showRefused } from './pages.ts'

const url = new URL(location.href)
if (url.pathname === '/signin' || url.pathname === '/signin/baton') await begin(url)
else if (url.pathname === '/callback') {
  const target = await finish()
  if (target) location.replace(target)
  else showRefused()
} else showHome(await manager.getUser(), () => manager.signoutRedirect())
