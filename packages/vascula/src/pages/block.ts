import type { Figure, Table } from '@vascula/core';

/** A PNG or JPEG already encoded: exactly one of the two. */
export interface Picture {
  /** Names the file (`picturePath`); unique in the page, also where case does not count. */
  readonly name: string;
  readonly png?: Uint8Array;
  readonly jpeg?: Uint8Array;
  /** In pixels, as encoded. */
  readonly width: number;
  readonly height: number;
  /** Shown under the picture. */
  readonly label: string;
  /** Says what is seen to whom the picture is not shown. */
  readonly alt: string;
}

/** One piece of a section. Names are kebab-case and unique among the figures, or tables, of the page. */
export type Block =
  | { readonly kind: 'figure'; readonly figure: Figure }
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly title: string;
      readonly caption: string;
      readonly table: Table;
    }
  | {
      readonly kind: 'pictures';
      readonly name: string;
      readonly title: string;
      readonly caption: string;
      readonly pictures: readonly Picture[];
    }
  | { readonly kind: 'text'; readonly paragraphs: readonly string[] }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warning'; readonly text: string }
  | {
      readonly kind: 'facts';
      readonly items: readonly { readonly label: string; readonly value: string | number | null }[];
    };

export interface Section {
  /** Kebab-case, unique in the page: the fragment of its address. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** All a page says. Every text is plain text: what looks like markup is shown as written. */
export interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly Section[];
  /** All numbers of the page: written as `data.json`. */
  readonly data: unknown;
  /** Pictures no block shows, which the `picture` field of a figure's rows points to (`picturePath`). */
  readonly hoverPictures?: readonly Thumbnail[];
}

/** A picture shown beside the dot it belongs to, which has the words. */
export type Thumbnail = Pick<Picture, 'name' | 'png' | 'jpeg'>;
