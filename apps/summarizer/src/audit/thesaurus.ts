/** Words of one meaning where people write about models; the first stands for all. */
const GROUPS = `
activate activated activates activating active activation activations
adjust adjustable configure configurable
answer response reply
approximately roughly about around nearly almost
balance tradeoff trade-off
benchmark benchmarks
beat outperform outperforms outperformed outperforming outperformance surpass surpasses surpassing exceed exceeds exceeding
billion bn
browser web
cheap inexpensive
chat dialogue dialogues dialog dialogs conversation conversations conversational
clean cleaning curate curating curation curated
code coding coder programming
combine combines combining fuse fuses fused fusing fusion merge unify unified unifies integrate integrated
compute computation computational
context window
control controls controlled controlling govern governs govern
corpus dataset datasets data
cost costs saving savings
dense densely
deploy deployment deployments deployed
deliberate step-by-step multi-step
developer developers programmer
device devices
different distinct diverse varied various variety
download downloads fetch
cover covers covered covering coverage
embed embeddable embedding embeddings embedded
enhance enhanced enhances enhancement enhancing boost boosted boosting improve improved improves improving improvement
expand grow grows grew grown growing growth increase increases increased increasing expands expanded expanding expansion extend extends extended extending extension extensions stretch
expert experts
extract extraction extracting extracted
fast quick quickly swift swiftly rapid rapidly
finetune finetuning fine-tune fine-tuning finetuned tune tunes tuned tuning
framework frameworks toolkit toolkits library libraries stack
free freely
generate generated generates generation
gpu gpus
hardware
hidden dimension dimensions dimensional width
image images picture pictures
infer inference inferences inferencing
instruct instruction instructions
language languages
large larger largest big bigger biggest huge flagship
largest biggest
latency delay delays
license licence licensed licensing licenced
light lightweight
long longer lengthy
length lengths
math maths mathematics mathematical
memory ram
mode modes
multilingual cross-lingual crosslingual
multimodal multi-modal multimodality
native natively
network networks
open public publicly
parity comparable comparably equal equals equivalent match matches matching par rival rivals rivaling rivalling competitive
parameter parameters param params
perform performance performs performing
phase phases stage stages staged multistage multiphase
pipeline pipelines
post-training posttraining
pretraining pre-training pretrain pretrained pretrains
previous prior past earlier predecessor predecessors former older
prompt prompts
quantize quantized quantization quantizations quantise quantised quantisation quantisations quant quants
query queries
reason reasoning
reduce reduces reduced reducing reduction decrease decreases lower lowers lowering lowered fewer
release released releases releasing publish published
repetition repetitive repetitions repeats
require requires required need needs
research researcher researchers
run runs running serve served serving
sample sampling
scale scaling scales
seamless seamlessly smooth smoothly
separate separated
shard shards split splits segment segments part parts
short shorter
small smaller smallest compact tiny little
speech voice
suppress suppresses avoid avoids prevent prevents
switch switches switching toggle toggles toggling toggled
synthetic synthetically synthesized
tell told tells telling
teach teaches distill distills distilled distillation transfer transferring transferred transfers
think thinking thinks thought thoughts
token tokens
tool tools
train training trained trains
translate translation translating
twice double doubled doubles
understand understanding comprehension
user users
write writes wrote written writing
video videos
vision visual
vocabulary vocab
warn warns warning caution
`;

/** Word → the first of its group. */
export const SYNONYMS: ReadonlyMap<string, string> = new Map(
  GROUPS.trim()
    .split("\n")
    .flatMap((line) => {
      const group = line.split(" ");
      return group.map((word) => [word, group[0] ?? word] as const);
    })
    .toReversed(),
);

/** Verbs, joints and evaluations that claim nothing by themselves. */
export const LIGHT_WORDS: ReadonlySet<string> = new Set(
  `use used uses using usage utilize utilizes employ employs employing leverage leverages leveraged
  model models introduce introduced introduces possible recommended recommend recommends suggest
  suggests advise enable enables enabling allow allows allowing provide provides provided providing
  offer offers offering deliver delivers delivering achieve achieves achieving achieved ensure ensures
  ensuring support supports supported supporting feature features featuring include includes including
  included make makes making made give gives yield yields yielding yielded result results resulting
  manage manages represent represents representing become becomes remain remains keep keeps encourage
  encourages suitable suited ready readiness ability able capability capabilities capable capacity
  key notable notably noteworthy important importantly major main significant significantly substantial
  substantially dramatic dramatically drastic drastically massive massively intensive intensively
  sophisticated advanced strong strongly robust robustly impressive powerful high highly top top-tier
  quality great greatly good better best superior excellent unique uniquely novel innovative innovation
  innovations innovative distinctive leap forward superpower superpowers state-of-the-art cutting-edge
  rich extensive extensively broad broadly wide widely full fully easy easily simple simply efficient
  efficiently effective effectively optimal optimized well deep deeply fine fine-grained careful
  carefully new newer latest modern recent recently particularly especially specifically notable
  overall summary highlight highlights overview point points interest insight insights detail details
  relevant theme themes example examples way ways approach approaches technique techniques method methods
  mechanism mechanisms scheme schemes directive directives aspect aspects element elements type types
  kind kinds form number numbers count counts amount total set sets case cases relative relatively
  series family families score scores scored scoring obtain obtains reach reaches reached attain attains
  repository repo repositories hold holds contain contains ship ships version variant variants across-the-board seamlessly
  serve serves designed design designs built build builds based come comes going go get gets take takes
  today now currently one two researcher researchers industry world real practical practically
  rely relies relying bring brings show shows shown demonstrate demonstrates demonstrated report reports
  reported state states stated describe describes described note notes noted claim claims say says said
  list lists listed mention mentions attractive compelling remarkable remarkably exceptional
  technology technologies solution solutions system systems application applications app apps scenario
  scenarios task tasks various several multiple numerous range ranges variety different like similarly
  far turn turns turned expose exposes exposed respectively typically generally usually mainly mostly often`.split(
    /\s+/,
  ),
);
