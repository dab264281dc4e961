import { expect, test } from "vitest";
import type { Sample } from "./load.ts";
import { reportOf } from "./report.ts";

const answered = (total: number, status = 200): Sample => ({
  status,
  total,
  connect: total / 10,
  lookup: 0,
  write: 0.001,
  wait: total / 2,
  read: 0.002,
  bytes: 10,
});

test("answers and errors", () => {
  const samples = [
    ...Array.from({ length: 17 }, () => answered(0.01)),
    answered(0.05, 500),
    answered(0.06, 500),
    answered(0.11),
    { error: "GET http://a/: timed out" },
  ];
  expect(`${reportOf(samples, 2)}|`).toMatchInlineSnapshot(`
    "
    Summary:
      Total:	2.0000 secs
      Slowest:	0.1100 secs
      Fastest:	0.0100 secs
      Average:	0.0195 secs
      Requests/sec:	10.5000
      
      Total data:	200 bytes
      Size/request:	10 bytes

    Response time histogram:
      0.010 [17]	|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■
      0.020 [0]	|
      0.030 [0]	|
      0.040 [0]	|
      0.050 [1]	|■■
      0.060 [1]	|■■
      0.070 [0]	|
      0.080 [0]	|
      0.090 [0]	|
      0.100 [0]	|
      0.110 [1]	|■■


    Latency distribution:
      10% in 0.0100 secs
      25% in 0.0100 secs
      50% in 0.0100 secs
      75% in 0.0100 secs
      90% in 0.0600 secs
      95% in 0.1100 secs

    Details (average, fastest, slowest):
      DNS+dialup:	0.0020 secs, 0.0010 secs, 0.0110 secs
      DNS-lookup:	0.0000 secs, 0.0000 secs, 0.0000 secs
      req write:	0.0010 secs, 0.0010 secs, 0.0010 secs
      resp wait:	0.0097 secs, 0.0050 secs, 0.0550 secs
      resp read:	0.0020 secs, 0.0020 secs, 0.0020 secs

    Status code distribution:
      [200]	18 responses
      [500]	2 responses

    Error distribution:
      [1]	GET http://a/: timed out

    |"
  `);
});

test("nothing but errors", () => {
  expect(`${reportOf([{ error: "refused" }, { error: "refused" }], 1)}|`).toMatchInlineSnapshot(`
    "
    Summary:
      Total:	1.0000 secs
      Slowest:	0.0000 secs
      Fastest:	0.0000 secs
      Average:	0.0000 secs
      Requests/sec:	2.0000
      

    Response time histogram:
      0.000 [0]	|
      0.000 [0]	|
      0.000 [0]	|
      0.000 [0]	|
      0.000 [0]	|
      0.000 [0]	|
      0.000 [0]	|
      0.000 [0]	|
      0.000 [0]	|
      0.000 [0]	|
      0.000 [0]	|


    Latency distribution:

    Details (average, fastest, slowest):
      DNS+dialup:	0.0000 secs, 0.0000 secs, 0.0000 secs
      DNS-lookup:	0.0000 secs, 0.0000 secs, 0.0000 secs
      req write:	0.0000 secs, 0.0000 secs, 0.0000 secs
      resp wait:	0.0000 secs, 0.0000 secs, 0.0000 secs
      resp read:	0.0000 secs, 0.0000 secs, 0.0000 secs

    Status code distribution:

    Error distribution:
      [2]	refused

    |"
  `);
});
