/** @file Accounts and API keys. */

/** Accounts and API keys. */
export default function AccountsPage() {
  return <h1>Accounts and API keys</h1>;
}
