/** @file Everything server and web application say to each other: schemas, types and the table of endpoints. */
export {
  type Agreement,
  type AgreementEstimate,
  type AgreementFormat,
  type AgreementQuery,
  agreementFormatSchema,
  agreementFormats,
  agreementQuerySchema,
  agreementSchema,
} from './agreement.ts';
export {
  type Case,
  type CaseState,
  caseChangeSchema,
  caseQuerySchema,
  caseSchema,
  caseStateSchema,
  expectationSchema,
  newCaseSchema,
  targetCellsSchema,
} from './case.ts';
export {
  type Bin,
  binSchema,
  binsWithoutReview,
  type Cell,
  type ClassProbability,
  cellClassSchema,
  cellQuerySchema,
  cellSchema,
  cellAttributeSchema,
  classProbabilitySchema,
  cropQuerySchema,
  type ModelAnswer,
  modelAnswerSchema,
  nucleusSchema,
} from './cell.ts';
export { binName, classOrder, needsReview, tableOrder } from './bins.ts';
export { type Comment, commentSchema, newCommentSchema } from './comment.ts';
export {
  type ComparedAnswer,
  type ComparedCell,
  type Comparison,
  type ComparisonDetail,
  comparedAnswerSchema,
  comparedCellSchema,
  comparisonDetailSchema,
  comparisonSchema,
  newComparisonSchema,
} from './comparison.ts';
export {
  type DifferentialJson,
  type DifferentialRow,
  differentialRowSchema,
  differentialSchema,
  type Range,
  rangeSchema,
} from './differential.ts';
export {
  type Access,
  type AnswerOf,
  type Debt,
  type Endpoint,
  fillPath,
  type RequestOf,
} from './endpoint.ts';
export { type EndpointName, type Endpoints, endpoints } from './endpoints.ts';
export { type ErrorBody, errorSchema } from './error.ts';
export { eventQuerySchema, eventSchema, type ServerEvent } from './event.ts';
export {
  type Example,
  type Examples,
  exampleQuerySchema,
  exampleSchema,
  examplesSchema,
  type SyntheticExample,
  syntheticExampleSchema,
} from './example.ts';
export {
  type ExportFormat,
  exportFormatSchema,
  exportFormats,
  exportQuerySchema,
} from './export.ts';
export {
  type Field,
  type Flag,
  familiaritySchema,
  fieldSchema,
  fieldStateSchema,
  flagSchema,
  newUploadSchema,
  type Upload,
  uploadSchema,
} from './field.ts';
export { boxSchema, type MaskJson, maskSchema } from './geometry.ts';
export { type Health, healthSchema, type Ready, readySchema } from './health.ts';
export {
  type HistoryAction,
  type HistoryChange,
  type HistoryEntry,
  historyActionSchema,
  historyChangeSchema,
  historyEntrySchema,
  historyQuerySchema,
} from './history.ts';
export {
  type Actor,
  actorSchema,
  idSchema,
  revisionSchema,
  sequenceSchema,
  sha256Schema,
  timeSchema,
} from './ids.ts';
export { type Job, jobQuerySchema, jobSchema, jobStateSchema } from './job.ts';
export {
  brokenModelSchema,
  type Model,
  modelIdSchema,
  modelSchema,
  newModelSchema,
} from './model.ts';
export {
  acceptLearningSchema,
  answerComparisonSchema,
  type Learnable,
  type Learning,
  type LearningChoice,
  type LearningComparison,
  type LearningDetail,
  type LearningResult,
  type LearningState,
  type LearntCell,
  learnableSchema,
  learningChoiceSchema,
  learningDetailSchema,
  learningNoteSchema,
  learningResultSchema,
  learningSchema,
  learningStateSchema,
  learntCellSchema,
  newLearningSchema,
} from './learning.ts';
export { type Page, pageQuerySchema, pageSchema } from './page.ts';
export {
  type NewPasskey,
  newPasskeySchema,
  type PasskeyAnswer,
  type PasskeyProof,
  passkeyAnswerSchema,
  passkeyOptionsSchema,
  passkeyProofSchema,
} from './passkey.ts';
export { passwordFault } from './password-fault.ts';
export {
  type NewReview,
  newReviewSchema,
  type ReviewAction,
  type ReviewResult,
  reviewActionSchema,
  reviewResultSchema,
} from './review.ts';
export {
  type AddedFactor,
  addedFactorSchema,
  type NewTotp,
  newTotpSchema,
  recoveryCodesSchema,
  type SecondFactor,
  type SecondFactorKind,
  type SecondFactors,
  type SecondStep,
  type SecondStepProof,
  secondFactorKindSchema,
  secondFactorPasswordSchema,
  secondFactorSchema,
  secondFactorsSchema,
  secondStepProofSchema,
  secondStepSchema,
  totpCodeSchema,
  totpProofSchema,
} from './second-factor.ts';
export {
  type Blocker,
  blockerSchema,
  newAmendmentSchema,
  newSignatureSchema,
  type Signature,
  type SignatureMeaning,
  type Signing,
  type SignOff,
  signatureMeaningSchema,
  signatureSchema,
  signingSchema,
  signOffSchema,
  type Version,
  versionSchema,
} from './sign-off.ts';
export {
  type ProviderPurpose,
  providerAddressSchema,
  providerOutcomeSchema,
  providerPurposeSchema,
  providerReturnSchema,
  providerStartSchema,
} from './provider.ts';
export { numberWords, percentWords } from './report/estimate-words.ts';
export { type Report, reportSchema } from './report/report.ts';
export { type ReportParts, type ReportRow, reportParts, statusOf } from './report/report-parts.ts';
export {
  type ClassRanges,
  isCountedPer100,
  loincOf,
  type LoincCodes,
  rangesOf,
  resultsPer100,
} from './report/report-results.ts';
export {
  absoluteWords,
  boundWords,
  counted,
  methodWords,
  modelsOf,
  percent,
  percentLimits,
  type ReportStatus,
  rangeWords,
  reportTime,
  researchUse,
  signatureSentence,
  signatureWords,
  signerName,
  specimenNames,
  statusNames,
} from './report/report-words.ts';
export { type Site, type SiteClass, siteClassSchema, siteSchema } from './site.ts';
export {
  newTeachingRoundSchema,
  type TeachingAnswers,
  type TeachingResult,
  type TeachingRound,
  type TeachingSummary,
  teachingAnswersSchema,
  teachingResultSchema,
  teachingRoundSchema,
  teachingSummarySchema,
} from './teaching.ts';
export {
  fullTileLevel,
  sizeAtLevel,
  tileCounts,
  tileParamsSchema,
  tileSide,
} from './tile.ts';
export {
  type TrailAction,
  type TrailEntry,
  type TrailSubject,
  trailActionSchema,
  trailEntrySchema,
  trailQuerySchema,
  trailSubjectSchema,
} from './trail.ts';
export {
  type ApiKey,
  apiKeySchema,
  type CreatedApiKey,
  createdApiKeySchema,
  idleHeader,
  newApiKeySchema,
  newUserSchema,
  type OpenSession,
  openSessionQuerySchema,
  openSessionSchema,
  passwordChangeSchema,
  passwordSchema,
  type Role,
  roleSchema,
  roles,
  type Session,
  sessionSchema,
  setupSchema,
  type SignedIn,
  signedInSchema,
  signInSchema,
  type User,
  userChangeSchema,
  userNameSchema,
  userSchema,
} from './user.ts';
