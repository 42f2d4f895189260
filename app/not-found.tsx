import type { Metadata } from 'next'
import { LinkButton } from '#components/button.tsx'
import { titleOf } from '#components/page-head.ts'
import { SinglePanel } from '#components/panel.tsx'
import { runtime } from '#lib/runtime.ts'
import { currentLanguage } from './current-language.ts'

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await currentLanguage()
  return { title: { absolute: titleOf(t('problem.notFound.title'), runtime().config.branding) } }
}

export default async function NotFound() {
  const { t } = await currentLanguage()
  return (
    <SinglePanel title={t('problem.notFound.title')}>
      <p className="text-soft">{t('problem.notFound.text')}</p>
      <LinkButton href="/">{t('common.goHome')}</LinkButton>
    </SinglePanel>
  )
}
