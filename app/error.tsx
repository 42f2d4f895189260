'use client'

import { useEffect, useState } from 'react'
import { Button, LinkButton } from '#components/button.tsx'
import { titleOf } from '#components/page-head.ts'
import { SinglePanel } from '#components/panel.tsx'
import { Reference } from '#components/reference.tsx'
import { useSay } from './say-provider.tsx'

export default function PageError({ reset }: { reset: () => void }) {
  const say = useSay()
  const [reference, setReference] = useState<string>()
  const title = say.t('pageError.title')
  useEffect(() => {
    // The layout has put them there.
    const { requestId, brand = '' } = document.documentElement.dataset
    setReference(requestId)
    document.title = titleOf(title, { name: brand })
  }, [title])
  return (
    <SinglePanel title={title}>
      <p className="text-soft">{say.t('pageError.text')}</p>
      <Reference id={reference} say={say} />
      <Button onClick={reset}>{say.t('common.tryAgain')}</Button>
      <LinkButton href="/" look="quiet">
        {say.t('common.goHome')}
      </LinkButton>
    </SinglePanel>
  )
}
