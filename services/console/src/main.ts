// The staff console begins here.
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './pages/router';
import { showContrast, showRow, showSize } from './shell/display';
import { useSession } from './session/store';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/print.css';

showSize();
showContrast();
showRow();
const app = createApp(App);
app.use(createPinia());
void useSession().start();
app.use(router);
app.mount('#app');
