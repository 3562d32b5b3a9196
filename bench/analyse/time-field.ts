/** @file Times the analysis of one image file, decode to result, in this process: `time-field.ts FILE WARM_UPS RUNS`. */
import { analyseImage } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';

const [file, warmUps, runs] = process.argv.slice(2);
const model = await openModel('compact', { threads: 2 });
const times: number[] = [];
for (let run = 0; run < Number(warmUps) + Number(runs); run++) {
  const startedMs = performance.now();
  await analyseImage({ file: file! }, model);
  times.push(performance.now() - startedMs);
}
await model.close();
console.log(JSON.stringify(times.slice(Number(warmUps))));
