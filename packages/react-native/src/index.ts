export type { BatonWebViewProps, Failure } from './props.ts'
export { BatonWebView } from './web-view.tsx'
