import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { findResource, saveResource } from "../../src/store/resources.ts";
import { openTempStore } from "../support/temp-store.ts";

test("opens a file from before the change feed was removed, and drops its table", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const cluster = { id: "/S/One", typeKey: "t", parentKey: "/s", subscriptionKey: "s", document: { n: 1 } };
  await temp.store.write((tx) => saveResource(tx, cluster, 1));
  await temp.store.close();
  const before = new Database(temp.file);
  before.exec(`
    create table changes (seq integer primary key, resource_key text not null, type_key text not null,
      kind text not null, at_ms integer not null);
    insert into changes (resource_key, type_key, kind, at_ms) values ('/s/one', 't', 'put', 1);
    delete from kysely_migration where name = '0008_no_change_feed';
  `);
  before.close();

  const store = await temp.reopen();
  expect(await findResource(store, "/s/one")).toMatchObject({ document: { n: 1 } });
  const after = new Database(temp.file, { readonly: true });
  onTestFinished(() => void after.close());
  expect(after.prepare("select name from sqlite_master where name = 'changes'").all()).toEqual([]);
});
