CREATE TABLE "teaching_rounds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"by" jsonb NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"cells" jsonb NOT NULL
);
