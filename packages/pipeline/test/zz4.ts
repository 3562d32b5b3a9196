import { analyseImage } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
const m=await openModel('/tmp/ana/compact2/leukoscope-compact.json',{threads:2}); const gc=(globalThis as any).gc;
let peak=0;
await analyseImage({file:process.argv[2]!},m,{onProgress:({tilesDone,tiles})=>{ if(process.argv[3])gc(); const u=process.memoryUsage(); peak=Math.max(peak,u.rss); if(tilesDone%12===0||tilesDone<3)console.log(tilesDone,tiles,`rss ${(u.rss/1e6)|0} ab ${(u.arrayBuffers/1e6)|0} ext ${(u.external/1e6)|0} heap ${(u.heapUsed/1e6)|0}/${(u.heapTotal/1e6)|0}`);}});
console.log('peak',peak/1e6); await m.close();
