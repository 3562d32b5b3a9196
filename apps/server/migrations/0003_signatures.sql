ALTER TABLE "signatures" ADD COLUMN "account" text;--> statement-breakpoint
ALTER TABLE "signatures" ADD COLUMN "meaning" text;--> statement-breakpoint
ALTER TABLE "signatures" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "signatures" ADD COLUMN "sha256" text;