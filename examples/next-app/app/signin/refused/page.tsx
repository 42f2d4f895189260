/** Where a nonce ends that Baton refuses. */
export default function Refused() {
  return (
    <>
      <h1>This link no longer works</h1>
      <p>It was used before, or it is too old.</p>
      {/* Not next/link, which would fetch it beforehand. */}
      <a href="/signin">Sign in with Baton</a>
    </>
  )
}
