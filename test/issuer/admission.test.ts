import { describe, expect, it } from "vitest";
import { admission, admissionBySubject, type Counter } from "../../src/issuer/admission.js";
import { clockOf } from "../support/issuer-fixtures.js";
import { expectWimseError, NOW } from "../support/wit-fixtures.js";

const done = async (): Promise<string> => "done";
const waits = (): { run: () => Promise<void>; end: () => void } => {
  let end: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { run: () => promise, end };
};

describe("admission", () => {
  it("lets through a burst, then a rate", async () => {
    const runtime = clockOf();
    const admit = admission({ perSecond: 2, burst: 3 }, runtime);
    for (let i = 0; i < 3; i++) expect(await admit(done)).toBe("done");
    await expectWimseError(admit(done), "enrolment_overloaded");
    runtime.setTime(NOW + 0.5);
    await admit(done);
    await expectWimseError(admit(done), "enrolment_overloaded");
    runtime.setTime(NOW - 100); // a clock that is set back gives nothing, and takes nothing for ever
    await expectWimseError(admit(done), "enrolment_overloaded");
    runtime.setTime(NOW - 99);
    await admit(done);
  });

  it("has no more under way than the burst, whatever time passes", async () => {
    const runtime = clockOf();
    const admit = admission({ perSecond: 2, burst: 1 }, runtime);
    const { run, end } = waits();
    const running = admit(run);
    runtime.setTime(NOW + 100);
    await expectWimseError(admit(done), "enrolment_overloaded");
    end();
    await running;
    await admit(done);
  });
});

describe("admission by subject", () => {
  it("counts each subject for itself, also after many others came", async () => {
    const runtime = clockOf();
    const admit = admissionBySubject({ perSecond: 1, burst: 1 }, runtime);
    await admit("a")(done);
    for (let i = 0; i < 1000; i++) await admit(`other ${i}`)(done);
    await expectWimseError(admit("a")(done), "enrolment_overloaded");
    runtime.setTime(NOW + 1);
    await admit("a")(done);
    await expectWimseError(admit("a")(done), "enrolment_overloaded");
  });

  it("does not forget what is under way", async () => {
    const runtime = clockOf();
    const admit = admissionBySubject({ perSecond: 1, burst: 1 }, runtime);
    const { run, end } = waits();
    const running = admit("a")(run);
    runtime.setTime(NOW + 100);
    await admit("b")(done);
    await expectWimseError(admit("a")(done), "enrolment_overloaded");
    end();
    await running;
  });

  it("forgets those whose time is over, and nobody else", async () => {
    const runtime = clockOf();
    const counters = new Map<string, Counter>();
    const admit = admissionBySubject({ perSecond: 1, burst: 2 }, runtime, counters);
    for (let i = 0; i < 100; i++) await admit(`early ${i}`)(done);
    runtime.setTime(NOW + 0.5);
    for (let i = 0; i < 3; i++) await admit(`late ${i}`)(done);
    expect(counters.size).toBe(103);
    runtime.setTime(NOW + 1);
    const { run, end } = waits();
    const running = admit("new")(run);
    expect([...counters.keys()]).toEqual(["late 0", "late 1", "late 2", "new"]);
    runtime.setTime(NOW + 100);
    await admit("newest")(done);
    expect([...counters.keys()]).toEqual(["new", "newest"]); // one is under way
    end();
    await running;
    runtime.setTime(NOW + 200);
    await admit("newest")(done);
    expect([...counters.keys()]).toEqual(["newest"]);
  });
});
