import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

import { addCommands } from './commands';
import { type IRendererFactory, showSavedPictures } from './savedPictures';

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

/** Figures in notebooks that are opened again. */
const savedPictures: JupyterFrontEndPlugin<void> = {
  id: 'spatialnet-labextension:saved-pictures',
  description: 'Shows the saved picture of a figure whose kernel is gone.',
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: panel => {
        const { content } = panel as unknown as {
          content: { rendermime: IRendererFactory };
        };
        return new DisposableDelegate(showSavedPictures(content.rendermime));
      }
    });
  }
};

const plugins: JupyterFrontEndPlugin<unknown>[] = [commands, savedPictures];

export default plugins;
