// Files of a form are sent ahead, one after another: a weak network costs a photo, not the form.
// Without this file the plain input sends them with the form itself.
"use strict";

(() => {
  const MOST = 9;
  const MARKS = { video: "视频", audio: "录音", application: "PDF" };

  const make = (tag, className, text = "") =>
    Object.assign(document.createElement(tag), { className, textContent: text });
  const button = (text) => Object.assign(make("button", "btn btn-plain", text), { type: "button" });

  function prepare(box) {
    const form = box.closest("form");
    const parts = [".files-list", ".files-said", ".files-pick", "label"];
    const [list, said, input, label] = parts.map((each) => box.querySelector(each));
    const secret = form.querySelector("[name=csrfmiddlewaretoken]").value;
    let line = Promise.resolve();

    const say = (words, wrong = false) => {
      said.classList.toggle("is-wrong", wrong);
      said.textContent = words;
    };

    function post(url, body, step) {
      return new Promise((done) => {
        const request = new XMLHttpRequest();
        request.open("POST", url);
        request.setRequestHeader("X-CSRFToken", secret);
        request.timeout = 180000;
        request.upload.onprogress = (event) => step?.(event.loaded / event.total);
        request.onerror = request.ontimeout = () => done({ again: true, words: "网络不通，没有传上" });
        request.onload = () => {
          let told = {};
          try { told = JSON.parse(request.responseText); } catch { /* a page */ }
          const expired = request.status === 403 || (request.status === 200 && !told.id);
          const words = told.detail || (expired ? "登录已过期，请另开页面登录后重试" : "没有传上");
          done({ ...told, ok: request.status === 201, words, again: !told.detail || request.status > 428 });
        };
        request.send(body);
      });
    }

    function row(name, mark) {
      const item = make("li", "");
      const [middle, acts] = [make("div", ""), make("div", "")];
      middle.append(make("span", "files-name", name), make("span", "files-state"));
      const away = button("移除");
      away.setAttribute("aria-label", `移除 ${name}`);
      away.addEventListener("click", () => {
        const kept = item.querySelector("input");
        if (kept) post(`/uploads/${kept.value}/remove/`, null);
        item.remove();
        list.hidden = !list.children.length;
        say(`已移除 ${name}`);
        box.querySelector("[data-act=pick]").focus();
      });
      acts.append(away);
      item.append(make("span", "files-mark", mark), middle, acts);
      list.append(item);
      list.hidden = false;
      return item;
    }

    function taken(item, id, thumb) {
      item.dataset.state = "kept";
      item.querySelector("progress")?.remove();
      item.append(Object.assign(make("input", ""), { type: "hidden", name: "files", value: id }));
      if (!thumb) return;
      const [mark, picture] = [item.querySelector(".files-mark"), make("img", "")];
      Object.assign(picture, { alt: "", src: thumb });
      picture.addEventListener("error", () => picture.replaceWith(mark));
      mark.replaceWith(picture);
    }

    async function sent(item, file, seconds) {
      const state = item.querySelector(".files-state");
      item.dataset.state = "sending";
      state.textContent = "正在上传";
      const bar = Object.assign(make("progress", ""), { max: 1, value: 0 });
      state.after(bar);
      const body = new FormData();
      body.append("file", await window.shrunkPhoto(file));
      if (seconds) body.append("seconds", seconds);
      const told = await post("/uploads/", body, (part) => { bar.value = part; });
      bar.remove();
      if (!item.isConnected) return told.ok && post(`/uploads/${told.id}/remove/`, null);
      if (told.ok) {
        state.textContent = `${seconds ? `${seconds} 秒 · ` : ""}${told.size} · 已上传`;
        return taken(item, told.id, told.thumb_url);
      }
      item.dataset.state = "failed";
      state.textContent = told.words;
      say(`${file.name} 没有传上`, true);
      if (!told.again) return null;
      const again = button("重试");
      again.addEventListener("click", () => {
        again.remove();
        line = line.then(() => sent(item, file, seconds));
      });
      return item.lastElementChild.prepend(again);
    }

    function add(file, seconds = 0) {
      if (list.children.length >= MOST) return say(`一次最多附 ${MOST} 个，其余请分次提交。`, true);
      say("");
      const item = row(file.name, MARKS[file.type.split("/")[0]] || "照片");
      item.dataset.state = "sending";
      item.querySelector(".files-state").textContent = "等待上传";
      line = line.then(() => item.isConnected && sent(item, file, seconds));
    }

    function choose(camera) {
      input.accept = camera ? "image/*" : input.dataset.accept;
      camera ? input.setAttribute("capture", "environment") : input.removeAttribute("capture");
      input.click();
    }

    input.dataset.accept = input.accept;
    input.removeAttribute("name");
    input.hidden = true;
    box.querySelector(".files-acts").hidden = false;
    box.querySelector(".files-kept")?.remove();
    label.removeAttribute("for");
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", label.id);
    for (const kept of form.querySelectorAll("input[type=hidden][name=files]")) {
      const item = row(`已上传的附件 ${list.children.length + 1}`, "附件");
      taken(item, kept.value, `/uploads/${kept.value}/thumb/`);
      kept.remove();
    }
    input.addEventListener("change", () => {
      for (const file of [...input.files]) add(file);
      input.value = "";
    });
    box.querySelector("[data-act=shoot]").addEventListener("click", () => choose(true));
    box.querySelector("[data-act=pick]").addEventListener("click", () => choose(false));
    box.addEventListener("recorded", ({ detail }) => add(detail.file, detail.seconds));
    box.addEventListener("unheard", ({ detail }) => say(detail, true));
    form.addEventListener("submit", (event) => {
      const waits = list.querySelector("[data-state=sending]") || "recording" in box.dataset;
      if (!waits && !list.querySelector("[data-state=failed]")) return;
      event.preventDefault();
      say(waits ? "附件还在上传，传完再提交。" : "有附件没有传上，请重试或移除后再提交。", true);
      said.scrollIntoView({ block: "center" });
    });
  }

  for (const box of document.querySelectorAll("[data-files]")) prepare(box);
})();
