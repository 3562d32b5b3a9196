-- Reports printed all comments so far: those keep standing in them.
ALTER TABLE "comments" ADD COLUMN "is_printed" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "comments" ALTER COLUMN "is_printed" DROP DEFAULT;
