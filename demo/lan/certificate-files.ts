/** The files of the certificate with which this process serves https; `undefined` where it serves http. */
export function certificateFiles(
  env: NodeJS.ProcessEnv = process.env,
): { certificate: string; key: string } | undefined {
  const { DEMO_TLS_CERTIFICATE: certificate, DEMO_TLS_KEY: key } = env
  return certificate && key ? { certificate, key } : undefined
}
