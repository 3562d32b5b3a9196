-- History and signed versions are only ever added to. Whoever owns the tables can drop the trigger,
-- which is why each history entry also carries a hash over itself and the entry before it.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "history"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "versions"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
