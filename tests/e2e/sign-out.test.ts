import { expect, test } from '../support/browser-test.ts'
import { approve, sessionOf, showCode, signIn } from '../support/journey.ts'

for (const javaScriptEnabled of [true, false])
  test(`a person signs out here and at the provider (JavaScript: ${javaScriptEnabled})`, async ({
    newPage,
    url,
  }) => {
    const page = await newPage({ javaScriptEnabled })
    await signIn(page, url)
    await page.getByRole('link', { name: 'Other devices and the provider' }).click()
    await page.getByRole('button', { name: 'Sign out here and at Demo identity provider' }).click()
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('the provider has been asked to sign you out as well').waitFor()
    expect(await sessionOf(page, url)).toBeNull()
    // The provider asks for a password again.
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Continue with Demo identity provider' }).click()
    await page.getByLabel('Password').waitFor()
  })

test('a person signs out everywhere: in all browsers and hand-offs, and nobody else', async ({
  newPage,
  url,
}) => {
  const [here, there, other] = [await newPage(), await newPage(), await newPage()]
  for (const page of [here, there]) await signIn(page, url)
  await signIn(other, url, 'bob')
  const link = await showCode(there)
  const child = await newPage()
  await child.goto(link)
  await child.getByRole('button', { name: 'Continue' }).click()
  await approve(there, child)
  await child.getByRole('heading', { name: 'You are signed in' }).waitFor()

  // The page that shows a code asks how far it has come; it would go on asking.
  await there.goto(`${url}/sessions`)
  await here.goto(`${url}/sign-out`)
  await here.getByRole('button', { name: 'Sign out everywhere' }).click()
  await here.getByRole('heading', { name: 'You are signed out' }).waitFor()
  for (const page of [here, there, child]) expect(await sessionOf(page, url)).toBeNull()
  expect(await sessionOf(other, url)).not.toBeNull()
})
