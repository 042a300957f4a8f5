/** Words that praise and say nothing. */
export const HYPE: RegExp =
  /\b(?:groundbreaking|revolutionary|unprecedented|remarkabl[ey]|extraordinar\w+|surprising(?:ly)?|cutting-edge|game-chang\w+|world-class|amazing|incredibl[ey]|punch above|set new standards?|crucible|superior|excel(?:s|ling|lent)|immersive|engaging|seamless(?:ly)?|state-of-the-art|unparalleled|outstanding|next-level|blazing(?:ly)?|delight\w*)\b/gi;

/** Sentences that point at something that the page does not show, or that guide through the card. */
export const DANGLING: RegExp =
  /^(?:it|its|(?!this (?:is an?|model|checkpoint|repository|merge|version)\b)(?:they|their|this|these|those|that|he|she|however|specifically|also|additionally|for examples?|in this|here|there|such|both|then|the (?:first|second|third|latter|former|others?)|an? (?:higher|lower|larger|smaller)|es|sie|diese[rsmn]?|dies|dabei|danach|dazu|zuletzt))\b|\b(?:(?:shown|described|listed|see|mentioned) (?:above|below)|the following|as follows|check out|^(?:run|use|try|download) (?:it|them|this|these)|in the (?:\w+ )?(?:table|figure|column|row|list)s?|(?:tables?|figures?|snippets?|code|scores|values|results|templates?|lists?|examples?|one) (?:\d|(?:provided |shown |given |listed )?(?:below|above))|(?:can be found|are (?:listed|given) in (?:the |our )?(?:\w+ )?(?:table|figure|report|paper|section|appendix|policy)|is provided (?:by|in)|learn more|how the data was processed|(?:first|second|third|next) (?:table|figure)|(?:is|are) below|^for [^,]{3,60} see |tested on version|bold (?:rows?|values?|numbers?)|(?:is|are|in) bold|underlined|see (?:our|the|also)|denotes)\b|^[*<†‡]|for more details|please|refer to|cite|demonstration)\b/i;

/** What is sold or asked for beside the model. */
export const ADVERT: RegExp =
  /\b(?:discord|patreon|ko-?fi|telegram|wechat|newsletter|sponsor\w*|donat\w+|patrons?|subscri\w+|follow us|join (?:us|our|the)|early access|promo(?:tion)? code|use code|discounts?|\d+% off|buy me|support (?:me|us|my|our work)|check out (?:my|our)|sign up|free trial|pricing|waitlist|hire|star (?:us|the repo)|thanks to (?:our|my|all|every\w*|the (?:community|team|folks|patrons))|thank you|(?:huge|special|many) thanks|fastest and cheapest)\b/i;

/** What praises a maker, a platform or a library beside the model. */
export const PROMOTION: RegExp =
  /\b(?:our (?:commercial|paid|hosted|api|platform|website|chat|products?)|commercial line|official website|shared responsibility|trustworthy ai|accelerated systems|CPU-only|free for (?:work|personal|commercial) use|you can chat with|also provide an? \S{0,30} ?api)\b/i;

/** Programs that run, serve or train models: what is told of them is not told of the model. */
export const TOOL: RegExp =
  /^(?:The )?(?:vLLM|SGLang|Ollama|LM ?Studio|llama\.cpp|llama-server|koboldcpp|KoboldCpp|SillyTavern|TabbyAPI|ExLlama\w*|TensorRT\S*|TRT-LLM|NeMo|JAX|PyTorch|TPUs?|TPU Pods|CUDA|Transformers|Hugging ?Face|Docker|TRL|Axolotl|Unsloth|[Mm]ergekit|DeepSpeed|Megatron\S*|MLX|GPT4All|Jan|Open ?WebUI|text-generation-\w+)\b(?!['’]s? )[^,;:]{0,40}?\b(?:is|are|can|lets?|allows?|offers?|provides?|pages|runs?|batches|makes?|has|have|supports?|spreads?|admits?)\b|^\p{L}[\w.-]{1,20} (?:is|are) an? (?:\w+[ /+-]+){0,5}?(?:library|framework|tool|toolkit|implementation|frontend|engine|server|program|platform|package|plugin|app)\b/u;

/** What cards of one maker have in common, whatever the model. */
export const BOILERPLATE: RegExp =
  /\b(?:ready for commercial use|certain limitations that users|responsible ai|applicable laws|best practices|developers (?:should|are encouraged|designing)|users should|evaluation harness|numbers previously|all evaluations were done|prohibited uses|same harness|rerun by|pull request|short samples|start from the samples|^(?:first,? )?install\b|^you need \S+ v?\d|(?:library|package|version) (?:is|must be) installed|make sure (?:you|to) |you have installed)\b|^results (?:marked|in|with)\b|^no chat template/i;

/** Labels of forms that makers fill in for every model. */
export const BOILERPLATE_LABEL: RegExp =
  /^(?:(?:input|output|other) (?:types?|formats?|parameters?|properties)\b|labeling method|data collection|train\/test|operating system|runtime engine|test hardware|paper|project (?:website|page)|(?:github |core )?repositor|website|contact|press|demo|blog|documentation|hugging face|siblings?|point of)|\bmicroarchitecture\b/i;

/** How people chat. */
export const CHATTY: RegExp =
  /\b(?:lol|pls|btw|kinda|gonna|wanna|yours truly|sorry|whew|okay so|let me know|enjoy|for the nerds|have fun)\b|!!|\?!/i;
/** What the one who wrote the card tells of himself. */
export const ANECDOTE: RegExp = /\b(?:I|my|me|mine)\b/;

/** What was so once. */
export const FORMER: RegExp =
  /\b(?:in former times|formerly|used to be|re-?uploaded|first upload|fixed (?:the|a) bug)\b/i;

/** What tells of a repository's life, not of the model. */
export const REPOSITORY: RegExp =
  /\b(?:endpoints?|playground|commits|contributors|stars|forks|repo|repository|cadence|community|guide|bindings|encouraged to)\b/i;

/** What a model is made of, and what it was made from. */
export const MAKING: RegExp =
  /\b(?:attention|sliding[- ]window|architecture|hybrid|mamba|mixture|KV cache|layers|experts|encoder|pre-?trained|trained (?:on|for|from|with)|fine-?tun\w+|SFT|DPO|GRPO|RLHF|LoRA|rsLoRA|synthetic|trillion|billion|parameters|calibration|importance matrix|imatrix|negatives|loss)\b/i;
/** Headings of what a model can't do, which every reader should know. */
export const LIMITS: RegExp =
  /\b(?:limitations?|known issues|caveats?|weakness\w*|shortcomings)\b/i;
/** Headings of what was done to keep a model from harm, much the same on all cards. */
export const SAFETY: RegExp =
  /\b(?:ethic\w*|safety|responsib\w+|red-?team\w*|risks?|hardware|software|considerations|preprocessing)\b/i;

/** How a model came to be is what researchers look for first. */
export const METHOD: RegExp =
  /\b(?:\d|two|three|four|five|six)[- ]stages?\b|\b(?:post-training|cold start|reinforcement learning|distill\w+|preference optimi[sz]ation|ablations?|curriculum|pruned|router|tokenizer|MCP)\b/i;

export const FIRST_PERSON: RegExp = /\b(?:we|our|us|you|your)\b/i;
/** Headings of what is about using, citing or keeping the card, not about the model. */
export const SIDE_MATTER: RegExp =
  /\b(?:citations?|references|bibliography|news|what['’]s new|updates?|changelog|acknowledg\w+|contact|authors|(?:the )?\w+ team|model version)\b/i;
/** Under such headings little is about the model: what is comes last. */
export const HOW_TO: RegExp =
  /\b(?:quick ?start|requirements|usage tips|modelscope|inference|installation|install|usage|use it with|how to|running|run locally|deployment|serving|server|ollama|vllm|sglang|transformers|llama\.cpp|lm studio|downloading|function calling|(?:chat|prompt|instruct) (?:template|format)|examples?|license)\b/i;
/** Headings of what is about other things, or sold. */
export const ELSEWHERE: RegExp =
  /\b(?:sponsors?|(?:model )?sources|resources|thanks|credits|related (?:models|work)|(?:sibling|other) models|support (?:me|us)|verwandte modelle)\b/i;

/** What stands under such a heading is what the model must not do: torn out of its list it reads as a claim. */
export const MISUSE: RegExp = /\b(?:misuse|malicious|out[- ]of[- ]scope|prohibited|unintended)\b/i;

/** A verb in a finite form, or what looks like one behind a subject; items of lists often have none. */
export const FINITE_VERB: RegExp =
  /\b(?:is|are|was|were|has|have|had|does|do|did|can|could|may|might|will|would|should|must)\b|\b(?:models?|it|they|we|team|users?|\p{Lu}[\w.-]+)\s+(?:\w+ly\s+)?\p{Ll}{2,}(?:s|ed|e)\b/u;
