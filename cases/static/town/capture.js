// What a phone takes itself: photos made smaller before they cost data, voice notes of a minute.
"use strict";

(() => {
  const LONGEST = 2560;
  const SECONDS = 60;
  const SOUNDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
  const ENDINGS = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" };

  // Turned as it was taken; what this browser cannot read goes as it is.
  window.shrunkPhoto = async (file) => {
    if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || file.size < 1e6) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const ratio = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * ratio);
      canvas.height = Math.round(picture.height * ratio);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const small = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
      if (!small || small.size >= file.size) return file;
      return new File([small], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
      return file;
    }
  };

  function tell(box, name, detail) {
    box.dispatchEvent(new CustomEvent(name, { detail }));
  }

  async function record(box, button) {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      tell(box, "unheard", "没有录音权限，请在手机设置中允许，或用文字说明。");
      return null;
    }
    const type = SOUNDS.find((each) => MediaRecorder.isTypeSupported(each));
    const recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
    const words = button.querySelector("span");
    const parts = [];
    const began = Date.now();
    const tick = () => {
      const left = SECONDS - Math.floor((Date.now() - began) / 1000);
      words.textContent = `停止（剩 ${Math.max(left, 0)} 秒）`;
      if (left <= 0 && recorder.state === "recording") recorder.stop();
    };
    const clock = setInterval(tick, 500);
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      delete box.dataset.recording;
      button.classList.remove("is-on");
      words.textContent = "录音";
      const plain = recorder.mimeType.split(";")[0];
      const seconds = Math.min(Math.max(Math.round((Date.now() - began) / 1000), 1), SECONDS);
      const file = new File(parts, `录音.${ENDINGS[plain] || "webm"}`, { type: plain });
      tell(box, "recorded", { file, seconds });
    });
    box.dataset.recording = "";
    button.classList.add("is-on");
    tick();
    recorder.start();
    return recorder;
  }

  const able = window.isSecureContext && window.MediaRecorder && navigator.mediaDevices;
  for (const button of able ? document.querySelectorAll("[data-act=voice]") : []) {
    const box = button.closest("[data-files]");
    let recorder = null;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (recorder?.state === "recording") return recorder.stop();
      recorder = await record(box, button);
    });
  }
})();
