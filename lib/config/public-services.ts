/** The types of Auth.js whose service anybody in the world can have an account at, with its host. */
export const publicServices: Readonly<Record<string, string>> = {
  '42-school': 'api.intra.42.fr',
  apple: 'appleid.apple.com',
  atlassian: 'auth.atlassian.com',
  'azure-ad': 'login.microsoftonline.com',
  'azure-devops': 'app.vssps.visualstudio.com',
  'bankid-no': 'auth.bankid.no',
  battlenet: 'oauth.battle.net',
  bitbucket: 'bitbucket.org',
  box: 'account.box.com',
  bungie: 'www.bungie.net',
  'click-up': 'app.clickup.com',
  coinbase: 'login.coinbase.com',
  concept2: 'log.concept2.com',
  discord: 'discord.com',
  dribbble: 'dribbble.com',
  dropbox: 'www.dropbox.com',
  eventbrite: 'www.eventbrite.com',
  eveonline: 'login.eveonline.com',
  facebook: 'www.facebook.com',
  faceit: 'accounts.faceit.com',
  figma: 'www.figma.com',
  foursquare: 'foursquare.com',
  freshbooks: 'auth.freshbooks.com',
  github: 'github.com',
  gitlab: 'gitlab.com',
  google: 'accounts.google.com',
  hubspot: 'app.hubspot.com',
  huggingface: 'huggingface.co',
  instagram: 'api.instagram.com',
  kakao: 'kauth.kakao.com',
  line: 'access.line.me',
  linkedin: 'www.linkedin.com',
  mailchimp: 'login.mailchimp.com',
  mailru: 'oauth.mail.ru',
  mastodon: 'mastodon.social',
  medium: 'medium.com',
  'microsoft-entra-id': 'login.microsoftonline.com',
  naver: 'nid.naver.com',
  netlify: 'app.netlify.com',
  notion: 'api.notion.com',
  osu: 'osu.ppy.sh',
  patreon: 'www.patreon.com',
  pinterest: 'www.pinterest.com',
  pipedrive: 'oauth.pipedrive.com',
  reddit: 'www.reddit.com',
  roblox: 'apis.roblox.com',
  salesforce: 'login.salesforce.com',
  simplelogin: 'app.simplelogin.io',
  slack: 'slack.com',
  spotify: 'accounts.spotify.com',
  strava: 'www.strava.com',
  threads: 'threads.net',
  tiktok: 'www.tiktok.com',
  todoist: 'todoist.com',
  trakt: 'trakt.tv',
  twitch: 'id.twitch.tv',
  twitter: 'x.com',
  vipps: 'api.vipps.no',
  vk: 'oauth.vk.com',
  webex: 'webexapis.com',
  wechat: 'open.weixin.qq.com',
  wikimedia: 'meta.wikimedia.org',
  wordpress: 'public-api.wordpress.com',
  yandex: 'oauth.yandex.ru',
  zoho: 'accounts.zoho.com',
  zoom: 'zoom.us',
}

/** The types of Auth.js that ask a server, a tenant or a project that an organisation has of its own. */
export const organisationTypes: readonly string[] = (
  'asgardeo auth0 authentik azure-ad-b2c beyondidentity boxyhq-saml cognito descope ' +
  'duende-identity-server6 frontegg fusionauth identity-server4 keycloak kinde logto mattermost ' +
  'netsuite nextcloud okta onelogin ory-hydra osso passage ping-id united-effects workos zitadel'
).split(' ')

/** Hosts that come by `oidc` and `oauth2` alone, or other ones of services above. */
const more = (
  'account.apple.com api.github.com api.login.yahoo.com api.x.com codeberg.org discordapp.com ' +
  'login.live.com login.yahoo.com oauth.yandex.com orcid.org twitter.com www.amazon.com www.paypal.com'
).split(' ')

const hosts = new Set([...Object.values(publicServices), ...more])
/** Microsoft's clouds: a tenant is an organisation's own, but for these; the number has personal accounts. */
const entra = /^(login\.microsoftonline\.(com|us)|login\.windows\.net)$/
const openTenant = /^\/(common|organizations|consumers|9188040d-6c67-4c5b-b112-36a304b66dad)(\/|$)/

/** Whether anybody in the world can have an account where this address leads. */
export function isPublicService(address: string): boolean {
  const { hostname = '', pathname = '' } = URL.parse(address) ?? {}
  return entra.test(hostname) ? openTenant.test(pathname) : hosts.has(hostname)
}
