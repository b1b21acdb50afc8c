export type Defect = string;
