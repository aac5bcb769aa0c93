export { Authority, type Issued, type Wanted } from './authority.ts'
export { Gate, type Proofs, type Shown, Visit } from './gate.ts'
export { type Grants, grantsFrom, grantsOf, identityUri } from './identity-uri.ts'
export { contents, KeyFiles, type TlsFiles } from './key-files.ts'
export { type Scope, scopes, scopesOf } from './scopes.ts'
export { type Rule, ruleOf } from './rules.ts'
export {
  securityContradictions,
  securitySettings,
  type SecurityConfig,
  tlsFilesOf,
  tokenRulesOf,
} from './settings.ts'
export { type TokenRules, Tokens } from './tokens.ts'
export { grpcCredentials, httpsOptions, renew, tlsMetrics } from './server-tls.ts'
