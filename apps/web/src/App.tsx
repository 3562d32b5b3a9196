/** @file Who is there, and which page: every address of the application stands here. */
import { lazy, Suspense, useEffect } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { Button } from './components/Button.tsx';
import { Loading } from './components/Loading.tsx';
import { Notice } from './components/Notice.tsx';
import { useStore } from './components/use-store.ts';
import { PasswordDialog } from './features/session/PasswordDialog.tsx';
import { Shell } from './features/shell/Shell.tsx';
import { loadSession, sessionFault, sessionStore } from './state/session-store.ts';

const WorklistPage = lazy(() => import('./features/worklist/WorklistPage.tsx'));
const CasePage = lazy(() => import('./features/case/CasePage.tsx'));
const ModelsPage = lazy(() => import('./features/models/ModelsPage.tsx'));
const AgreementPage = lazy(() => import('./features/agreement/AgreementPage.tsx'));
const TeachingPage = lazy(() => import('./features/teaching/TeachingPage.tsx'));
const AuditPage = lazy(() => import('./features/audit/AuditPage.tsx'));
const SettingsPage = lazy(() => import('./features/settings/SettingsPage.tsx'));
const AccountsPage = lazy(() => import('./features/accounts/AccountsPage.tsx'));
const HelpPage = lazy(() => import('./features/help/HelpPage.tsx'));
const Leftovers = lazy(() =>
  import('./features/case/Leftovers.tsx').then(({ Leftovers: component }) => ({
    default: component,
  })),
);
const AddFactorPage = lazy(() => import('./features/session/AddFactorPage.tsx'));
const ProviderPage = lazy(() => import('./features/session/ProviderPage.tsx'));
const SignInPage = lazy(() => import('./features/session/SignInPage.tsx'));

/** The application. */
export function App() {
  const session = useStore(sessionStore);
  const fault = useStore(sessionFault);
  const [location] = useLocation();
  useEffect(() => {
    void loadSession();
  }, []);
  if (session === undefined) {
    return fault === null ? (
      <Loading what="Leukoscope" />
    ) : (
      <Notice kind="bad">
        {fault} <Button onClick={() => void loadSession()}>Try again</Button>
      </Notice>
    );
  }
  // Whoever comes back from the provider is about to be in, or confirms who they are.
  if (location === '/oidc') {
    return (
      <Suspense fallback={<Loading what="sign-in" />}>
        <ProviderPage />
      </Suspense>
    );
  }
  if (session.user === null) {
    return (
      <Suspense fallback={<Loading what="sign-in" />}>
        <SignInPage />
      </Suspense>
    );
  }
  if (session.user.mustChangePassword === true) {
    return <PasswordDialog isAsked onClose={() => void loadSession()} />;
  }
  if (session.user.mustAddSecondFactor === true) {
    return (
      <Suspense fallback={<Loading what="second factor" />}>
        <AddFactorPage />
      </Suspense>
    );
  }
  return (
    <Shell>
      <Suspense fallback={null}>
        <Leftovers />
      </Suspense>
      <Suspense fallback={<Loading what="page" />}>
        <Switch>
          <Route path="/">
            <WorklistPage />
          </Route>
          <Route path="/cases/:caseId/*?">
            {(params) => <CasePage key={params.caseId} caseId={params.caseId} />}
          </Route>
          <Route path="/models">
            <ModelsPage />
          </Route>
          <Route path="/agreement">
            <AgreementPage />
          </Route>
          <Route path="/teaching">
            <TeachingPage />
          </Route>
          <Route path="/audit">
            <AuditPage />
          </Route>
          <Route path="/settings">
            <SettingsPage />
          </Route>
          <Route path="/accounts">
            <AccountsPage />
          </Route>
          <Route path="/help">
            <HelpPage />
          </Route>
          <Route path="/setup">
            <Redirect to="/" />
          </Route>
          <Route>
            <Notice kind="bad">There is no such page. Go back to the worklist.</Notice>
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  );
}
