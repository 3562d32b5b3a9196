CREATE TABLE "comparison_fields" (
	"comparison_id" uuid NOT NULL,
	"field_id" uuid NOT NULL,
	"model_sha256" text NOT NULL,
	"answers" jsonb NOT NULL,
	"finished_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "comparison_fields_comparison_id_field_id_pk" PRIMARY KEY("comparison_id","field_id")
);
--> statement-breakpoint
CREATE TABLE "comparisons" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"model_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "comparison_id" uuid;--> statement-breakpoint
ALTER TABLE "comparison_fields" ADD CONSTRAINT "comparison_fields_comparison_id_comparisons_id_fk" FOREIGN KEY ("comparison_id") REFERENCES "public"."comparisons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparison_fields" ADD CONSTRAINT "comparison_fields_field_id_fields_id_fk" FOREIGN KEY ("field_id") REFERENCES "public"."fields"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "comparisons_by_case" ON "comparisons" USING btree ("case_id");--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_comparison_id_comparisons_id_fk" FOREIGN KEY ("comparison_id") REFERENCES "public"."comparisons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "cells_by_certainty" ON "cells" USING btree ("bin",(("model" ->> 'score')::float8) desc) WHERE "cells"."seen_at" is not null and not "cells"."is_deleted" and not "cells"."is_incomplete";--> statement-breakpoint
CREATE INDEX "jobs_by_comparison" ON "jobs" USING btree ("comparison_id");