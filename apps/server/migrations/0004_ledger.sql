CREATE TABLE "ledger" (
	"strand" integer NOT NULL,
	"sequence" integer NOT NULL,
	"case_id" uuid,
	"case_sequence" integer,
	"history_hash" text,
	"key_id" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "ledger_strand_sequence_pk" PRIMARY KEY("strand","sequence")
);
--> statement-breakpoint
CREATE TABLE "ledger_heads" (
	"strand" integer PRIMARY KEY NOT NULL,
	"sequence" integer NOT NULL,
	"hash" text NOT NULL,
	"key_id" text NOT NULL,
	"seal" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trail" (
	"sequence" integer PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"by" jsonb NOT NULL,
	"address" text,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"subject_id" text,
	"before" jsonb,
	"after" jsonb,
	"rows" jsonb NOT NULL,
	"key_id" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "history" ADD COLUMN "rows" jsonb;--> statement-breakpoint
ALTER TABLE "history" ADD COLUMN "key_id" text;--> statement-breakpoint
CREATE INDEX "ledger_by_case" ON "ledger" USING btree ("case_id","case_sequence");--> statement-breakpoint
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER trail_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "trail"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
