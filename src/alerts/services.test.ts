import { expect, test } from "vitest";
import { InvalidSpec } from "../api/errors.ts";
import { alertService } from "./services.ts";

test.each(["slack", "msteams", "discord", "rocket", "gchat"])("knows %s", (type) => {
  expect(alertService(type).type).toBe(type);
});

test("says which services there are", () => {
  expect(() => alertService("telegram")).toThrow(
    new InvalidSpec('unknown alert provider type "telegram": use one of slack, msteams, discord, rocket, gchat'),
  );
});
