/** What predictions can be written as. */
export const predictionFormats = ['png', 'geojson', 'coco', 'labels'] as const;

export type PredictionFormat = (typeof predictionFormats)[number];
