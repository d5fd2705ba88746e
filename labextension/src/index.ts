import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import type { IDisposable } from '@lumino/disposable';

import { addCommands } from './commands';

let added: IDisposable | null = null;

/** The commands of spatialnet. Every service is optional: Notebook and Voila load this extension as well. */
const commands: JupyterFrontEndPlugin<void> = {
  id: 'spatialnet-labextension:commands',
  description: 'Opens a notebook with a first network in space.',
  autoStart: true,
  optional: [ICommandPalette, ILauncher, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    fileBrowser: IDefaultFileBrowser | null
  ) => {
    added = addCommands(app, { palette, launcher, fileBrowser });
  },
  deactivate: () => {
    added?.dispose();
    added = null;
  }
};

const plugins: JupyterFrontEndPlugin<unknown>[] = [commands];

export default plugins;
