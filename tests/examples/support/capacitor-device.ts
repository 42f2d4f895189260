import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { ShowApp } from './device-web-view.ts'

type Call = {
  callbackId: string
  pluginId: string
  methodName: string
  options: { url?: string; prefixedKey?: string; data?: string; access?: number; sync?: boolean }
}

/** `access` 1 is `whenUnlockedThisDeviceOnly`; with `sync` it would go to iCloud. */
type Secret = Pick<Call['options'], 'data' | 'access' | 'sync'>

const bridges = {
  ios: 'ios/Capacitor/Capacitor/assets/native-bridge.js',
  android: 'android/capacitor/src/main/assets/native-bridge.js',
}

// The plug-ins of the app, as their native halves announce them.
const headers = [
  { name: 'App', methods: [{ name: 'addListener' }, { name: 'removeListener' }] },
  { name: 'Browser', methods: ['open', 'close'].map((name) => ({ name, rtype: 'promise' })) },
  {
    name: 'SecureStorage',
    methods: ['internalGetItem', 'internalSetItem', 'internalRemoveItem'].map((name) => ({
      name,
      rtype: 'promise',
    })),
  },
]

/**
 * Stands for the native half of a Capacitor app: Capacitor's own bridge script of the platform runs in the
 * web view, and the calls that it makes are answered as the plug-ins answer them on a device.
 */
export async function startCapacitorApp(show: ShowApp, platform: keyof typeof bridges) {
  const bridge = await readFile(`examples/capacitor/node_modules/@capacitor/${bridges[platform]}`, 'utf8')
  const begin = 'window.Capacitor = { DEBUG: false, isLoggingEnabled: false, Plugins: {} }'
  const script = `${begin};\n${bridge};\nwindow.Capacitor.PluginHeaders = ${JSON.stringify(headers)}`

  const secrets = new Map<string, Secret>()
  const opened: string[] = []
  let closed = 0
  let whenOpened: string | undefined

  function answer({ pluginId, methodName, options }: Call): unknown {
    const key = options.prefixedKey ?? ''
    switch (`${pluginId}.${methodName}`) {
      case 'SecureStorage.internalGetItem':
        return { data: secrets.get(key)?.data ?? null }
      case 'SecureStorage.internalSetItem':
        secrets.set(key, { data: options.data, access: options.access, sync: options.sync })
        return {}
      case 'SecureStorage.internalRemoveItem':
        return { success: secrets.delete(key) }
      case 'Browser.open':
        opened.push(options.url ?? '')
        return {}
      case 'Browser.close':
        closed++
        return {}
      default:
        throw new Error(`the stand-in has no ${pluginId}.${methodName}`)
    }
  }

  const tell = (result: { callbackId: string; data: unknown; save?: boolean }) =>
    view.run(`Capacitor.fromNative(${JSON.stringify({ success: true, ...result })})`)

  function receive(message: unknown): void {
    const call = message as Call
    if (call.pluginId === 'Console') return
    if (call.methodName === 'addListener') whenOpened = call.callbackId
    else tell({ callbackId: call.callbackId, data: answer(call) })
  }

  const view = await show({ script, receive })
  const text = () => view.run('document.body.innerText') as Promise<string>
  const shows = (part: string) => expect.poll(text).toContain(part)

  return {
    run: view.run,
    close: view.close,
    shows,
    /** Presses a button, as soon as it is there. */
    async press(name: string): Promise<void> {
      const press = `(() => {
        const button = [...document.querySelectorAll('section:not([hidden]) button:enabled')]
          .find(({ textContent }) => textContent === ${JSON.stringify(name)})
        button?.click()
        return button !== undefined
      })()`
      await expect.poll(() => view.run(press)).toBe(true)
    },
    /** The URL that the app has opened in the system's browser, once it has. */
    async opened(): Promise<string> {
      await expect.poll(() => opened.length).toBe(1)
      return opened.pop() as string
    },
    /** How many times the app has closed that browser. */
    closed: () => closed,
    /** Opens the app by a link that belongs to it. */
    async openBy(url: string): Promise<void> {
      await expect.poll(() => whenOpened).toBeDefined()
      await tell({ callbackId: whenOpened as string, data: { url }, save: true })
    },
    /** The system ends the app and starts it again; what it has stored stays. */
    async restart(): Promise<void> {
      whenOpened = undefined
      await view.run('window.beforeRestart = true; location.reload()')
      await expect.poll(() => view.run('"beforeRestart" in window')).toBe(false)
    },
    /** What the app has in the Keychain or Keystore. */
    secrets,
  }
}
