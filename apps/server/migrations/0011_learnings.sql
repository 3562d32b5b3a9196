CREATE TABLE "learnings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"parent_id" text NOT NULL,
	"choice" jsonb NOT NULL,
	"progress" double precision NOT NULL,
	"stage" text,
	"failure" text,
	"result" jsonb,
	"card" text,
	"files" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" jsonb NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"decision" jsonb,
	"is_removed" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_choice" (
	"id" integer PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"chosen_at" timestamp (3) with time zone NOT NULL,
	"chosen_by" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "learnings_by_state" ON "learnings" USING btree ("state");