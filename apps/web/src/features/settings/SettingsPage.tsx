/** @file The site's settings. */

/** The site's settings. */
export default function SettingsPage() {
  return <h1>The site's settings</h1>;
}
