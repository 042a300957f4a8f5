/** A file that is to be fetched, or is there. */
export interface PlannedFile {
  /** Its path in the repository, with `/`; elsewhere its own name. */
  name: string;
  /** Where it is, or will be. */
  path: string;
  /** Undefined where the place does not tell before the first byte. */
  bytes?: number;
  /** That the place promises, lower-case hex. */
  sha256?: string;
  /** `partial`: an earlier run left a part of it that can be used. */
  state: "present" | "partial" | "absent";
  /** That need not be fetched. */
  presentBytes: number;
}

/** The file that a model's files are joined to while they come. */
export interface PlannedJoin {
  /** Its own name. */
  name: string;
  /** Where it is, or will be. */
  path: string;
  bytes: number;
  /** `partial`: an earlier run left a part of it that can be used. */
  state: "present" | "partial" | "absent";
}

/** Room on the file system that the files go to, in bytes. */
export interface DiskNeed {
  directory: string;
  needed: number;
  available: number;
}

/** All that is known before the first byte of a file is fetched. Plain data. */
export interface ModelPlan {
  /** The reference as text, with the commit where there is one. */
  place: string;
  /** The first shard first; those that are joined, too. */
  files: PlannedFile[];
  /** Takes the place of the shards among `files`. */
  joined?: PlannedJoin;
  /** Of all files together; undefined where one of them is unknown. */
  bytes?: number;
  /** That will be fetched. */
  fetchBytes?: number;
  disk: DiskNeed;
  /** Label, and why it was chosen where the reference left it open. */
  quantization?: string;
  reason?: string;
  /** The repository's projector that fits the model, when it is not among the files. */
  mmproj?: string;
}
