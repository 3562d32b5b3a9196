ALTER TABLE "second_factors" ADD COLUMN "credential_id" text;--> statement-breakpoint
ALTER TABLE "second_factors" ADD COLUMN "public_key" text;--> statement-breakpoint
ALTER TABLE "second_factors" ADD COLUMN "transports" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "second_factors_by_credential" ON "second_factors" USING btree ("credential_id");