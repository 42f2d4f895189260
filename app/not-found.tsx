import { LinkButton } from '#components/button.tsx'
import { SinglePanel } from '#components/panel.tsx'

export default function NotFound() {
  return (
    <SinglePanel title="There is no such page">
      <p className="text-soft">The address may be mistyped, or the page has gone.</p>
      <LinkButton href="/">Home</LinkButton>
    </SinglePanel>
  )
}
