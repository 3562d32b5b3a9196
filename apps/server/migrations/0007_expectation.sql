ALTER TABLE "cases" ADD COLUMN "expectation" text;
