import type { ReactNode } from 'react'
import { Panel } from '#components/panel.tsx'
import { CopyBlock } from './copy-block.tsx'
import { exampleConfig, exampleId } from './example-config.ts'

/** What an operator sets so that people can sign in, in place of a page that cannot do so. */
export function FirstRun({ origin }: { origin: string }) {
  return (
    <div lang="en" dir="ltr" className="m-auto w-full max-w-2xl py-6">
      <Panel title="Set up sign-in" level={1}>
        <p className="text-soft">
          Baton is running, but nobody can sign in yet: its configuration has no provider. Three steps are
          left for the person who runs it.
        </p>
        <ol className="flex flex-col gap-6">
          <Step title="1. Register Baton at your provider">
            <p className="text-soft">
              Register it as a web application, with this redirect URI. Its last part is the provider’s{' '}
              <code>id</code> in the configuration.
            </p>
            <CopyBlock what="redirect URI" text={`${origin}/api/auth/callback/${exampleId}`} />
          </Step>
          <Step title="2. Add the provider to the configuration file">
            <p className="text-soft">
              The file is the one that the environment variable <code>BATON_CONFIG</code> names, else{' '}
              <code>baton.config.json</code> in the folder that Baton was started in. Put in the issuer and
              the client that you have registered; the secret comes from the environment variable{' '}
              <code>LOGIN_CLIENT_SECRET</code>.
            </p>
            <CopyBlock what="configuration" text={JSON.stringify(exampleConfig, null, 2)} />
          </Step>
          <Step title="3. Restart Baton">
            <p className="text-soft">
              It checks the file at its start and lists every fault. Then people sign in here.
            </p>
          </Step>
        </ol>
        <p className="text-soft text-sm">
          Entries for other providers are in <code>docs/providers.md</code>, all other settings in{' '}
          <code>docs/configuration.md</code>.
        </p>
      </Panel>
    </div>
  )
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </li>
  )
}
