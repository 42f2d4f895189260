import type { TypeRow } from './type-row.ts'

const own = 'https://login.example.org/base'

/** A type that asks this endpoint, with PKCE. */
function at(type: string, endpoint: string, scope?: string, more: Partial<TypeRow> = {}): TypeRow {
  return {
    type,
    endpoint,
    checks: ['pkce'],
    unchecked: ['nonce'],
    ...(scope !== undefined && { scope }),
    ...more,
  }
}

/** What a type says that asks for `state` and nothing else. */
const stateAlone = { checks: [], unchecked: ['pkce', 'nonce'] } satisfies Partial<TypeRow>
/** Where the type's own server is. */
const onOwn = { entry: { issuer: own } }

/** The types without ID tokens: where the request goes, with which scope and checks. */
export const oauthTypes: readonly TypeRow[] = [
  at('42-school', 'https://api.intra.42.fr/oauth/authorize', 'public'),
  at('atlassian', 'https://auth.atlassian.com/authorize', 'read:me', {
    ...stateAlone,
    parameters: { audience: 'api.atlassian.com' },
  }),
  at('azure-devops', 'https://app.vssps.visualstudio.com/oauth2/authorize', 'vso.profile', {
    parameters: { response_type: 'Assertion' },
  }),
  at('bitbucket', 'https://bitbucket.org/site/oauth2/authorize', 'account'),
  at('box', 'https://account.box.com/api/oauth2/authorize'),
  at('boxyhq-saml', `${own}/api/oauth/authorize`, undefined, { ...onOwn, parameters: { provider: 'saml' } }),
  at('bungie', 'https://www.bungie.net/en/OAuth/Authorize', undefined, { parameters: { reauth: 'true' } }),
  at('click-up', 'https://app.clickup.com/api', undefined, stateAlone),
  at('coinbase', 'https://login.coinbase.com/oauth2/auth', 'wallet:user:email wallet:user:read'),
  at('concept2', 'https://log.concept2.com/oauth/authorize', 'user:read,results:write'),
  at('discord', 'https://discord.com/api/oauth2/authorize', 'identify email'),
  at('dribbble', 'https://dribbble.com/oauth/authorize', 'public', { entry: { scope: 'public' } }),
  at('dropbox', 'https://www.dropbox.com/oauth2/authorize', 'account_info.read', {
    parameters: { token_access_type: 'offline' },
  }),
  at('eventbrite', 'https://www.eventbrite.com/oauth/authorize', 'user.profile'),
  at('eveonline', 'https://login.eveonline.com/v2/oauth/authorize', 'publicData', stateAlone),
  at('facebook', 'https://www.facebook.com/v19.0/dialog/oauth', 'email'),
  at('faceit', 'https://accounts.faceit.com/accounts', undefined, { parameters: { redirect_popup: 'true' } }),
  at('figma', 'https://www.figma.com/oauth', 'files:read', stateAlone),
  at('foursquare', 'https://foursquare.com/oauth2/authenticate'),
  at('freshbooks', 'https://auth.freshbooks.com/service/auth/oauth/authorize'),
  at('github', 'https://github.com/login/oauth/authorize', 'read:user user:email'),
  at('github', 'https://github.example.org/login/oauth/authorize', 'read:user user:email', {
    entry: { options: { enterprise: { baseUrl: 'https://github.example.org' } } },
  }),
  at('gitlab', 'https://gitlab.com/oauth/authorize', 'read_user'),
  at('gitlab', 'https://gitlab.example.org/oauth/authorize', 'read_user', {
    entry: { options: { baseUrl: 'https://gitlab.example.org' } },
  }),
  at('hubspot', 'https://app.hubspot.com/oauth/authorize', 'oauth'),
  at('instagram', 'https://api.instagram.com/oauth/authorize', 'user_profile'),
  at('kakao', 'https://kauth.kakao.com/oauth/authorize', ''),
  at('mailchimp', 'https://login.mailchimp.com/oauth2/authorize'),
  at('mailru', 'https://oauth.mail.ru/login', 'userinfo'),
  at('mastodon', `${own}/oauth/authorize`, 'read', onOwn),
  at('mattermost', `${own}/oauth/authorize`, undefined, onOwn),
  at('medium', 'https://medium.com/m/oauth/authorize', 'basicProfile'),
  at('naver', 'https://nid.naver.com/oauth2.0/authorize'),
  at('netlify', 'https://app.netlify.com/authorize', ''),
  at(
    'netsuite',
    'https://1234567.app.netsuite.com/app/login/oauth2/authorize.nl',
    'restlets rest_webservices',
    {
      ...stateAlone,
      entry: {
        options: {
          accountID: '1234567',
          userinfo: 'https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1',
        },
      },
    },
  ),
  at('nextcloud', `${own}/apps/oauth2/authorize`, undefined, onOwn),
  at('notion', 'https://api.notion.com/v1/oauth/authorize', undefined, {
    entry: { options: { redirectUri: 'https://baton.example.org/api/auth/callback/p' } },
    parameters: { owner: 'user' },
  }),
  at('osso', `${own}/oauth/authorize`, undefined, { entry: { issuer: `${own}/` } }),
  at('osu', 'https://osu.ppy.sh/oauth/authorize', 'identify'),
  at('patreon', 'https://www.patreon.com/oauth2/authorize', 'identity identity[email]'),
  at('pinterest', 'https://www.pinterest.com/oauth', 'user_accounts:read'),
  at('pipedrive', 'https://oauth.pipedrive.com/oauth/authorize'),
  at('reddit', 'https://www.reddit.com/api/v1/authorize', 'identity', stateAlone),
  at('spotify', 'https://accounts.spotify.com/authorize', 'user-read-email'),
  at('strava', 'https://www.strava.com/api/v3/oauth/authorize', 'read', {
    parameters: { approval_prompt: 'auto' },
  }),
  at('threads', 'https://threads.net/oauth/authorize', 'threads_basic', stateAlone),
  at('tiktok', 'https://www.tiktok.com/v2/auth/authorize', 'user.info.basic', {
    parameters: { client_key: 'baton' },
  }),
  at('todoist', 'https://todoist.com/oauth/authorize', 'data:read'),
  at('trakt', 'https://trakt.tv/oauth/authorize', ''),
  at('twitter', 'https://x.com/i/oauth2/authorize', 'users.read tweet.read offline.access'),
  at('vk', 'https://oauth.vk.com/authorize', 'email', { parameters: { v: '5.131' } }),
  at('webex', 'https://webexapis.com/v1/authorize', 'spark:kms spark:people_read'),
  at('webex', 'https://webex.example.org/v1/authorize', 'spark:kms spark:people_read', {
    entry: { options: { apiBaseUrl: 'https://webex.example.org/v1' } },
  }),
  at('wechat', 'https://open.weixin.qq.com/connect/oauth2/authorize', 'snsapi_userinfo', {
    ...stateAlone,
    parameters: { appid: 'baton' },
  }),
  at('wechat', 'https://open.weixin.qq.com/connect/qrconnect', 'snsapi_login', {
    ...stateAlone,
    entry: { options: { platformType: 'WebsiteApp' } },
    parameters: { appid: 'baton' },
  }),
  at('wikimedia', 'https://meta.wikimedia.org/w/rest.php/oauth2/authorize', ''),
  at('wordpress', 'https://public-api.wordpress.com/oauth2/authorize', 'auth'),
  at('workos', 'https://api.workos.com/sso/authorize', undefined, {
    entry: { options: { connection: 'conn_1' } },
    parameters: { connection: 'conn_1' },
  }),
  at('yandex', 'https://oauth.yandex.ru/authorize', 'login:info login:email login:avatar'),
  at('zoho', 'https://accounts.zoho.com/oauth/v2/auth', 'AaaServer.profile.Read'),
  at('zoom', 'https://zoom.us/oauth/authorize', ''),
  at('oauth2', `${own}/authorize`, 'profile', {
    entry: {
      scope: 'profile',
      endpoints: { authorization: `${own}/authorize`, token: `${own}/token`, userinfo: `${own}/me` },
    },
  }),
]
