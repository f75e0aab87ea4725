import os, shutil
import pytest
from dataclasses import replace
from datetime import timedelta
from django.utils import timezone
from playwright.sync_api import sync_playwright
from cases.law.moves import Role
from cases.docket.operations.reading import note_reading
from cases.docket import kinds
from cases.docket.models import Case
from cases.docket.operations import take_anchor
from cases.people.operations import issue_token
from cases.intake.states import REPORT
from tests.entrance.test_browser import log_in, fits
from tests.town import NOW, PASSWORD
from tests.walk import file
from django.test import Client

@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("w,h",[(1280,800),(390,844)])
def test_shots(live_server, town, w, h, settings, tmp_path):
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="true"
    settings.ANCHORS=tmp_path
    case=file(town)
    for n in range(6):
        note_reading(town.actor(Role.DESK if n%2 else Role.SUPERVISOR), ["export","opened","search","file"][n%4], case=case if n%2 else None, rows=n*7 if n%4==0 else 0, words="核查信访反映的调解超期情况，依据督查通知第三项" if n%2 else "按电话 13812345678 查找", at=timezone.now()-timedelta(hours=n))
    take_anchor(timezone.now())
    for r in (Role.DESK, Role.VILLAGE): issue_token(town.officer(r), town.posts[r], timezone.now())
    c=Client(raise_request_exception=False)
    for _ in range(5): c.post("/login/",{"username":"village","password":"x"})
    kinds.register(replace(REPORT, code="guarded", label="矛盾纠纷", protected=True))
    g=file(town); Case.objects.filter(pk=g.pk).update(kind="guarded")
    from cases.docket.models import Stake
    Stake.objects.filter(case=g).delete()
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path=shutil.which("chromium"),args=["--no-sandbox"])
        def shot(user, path, name, act=None):
            ctx=b.new_context(viewport={"width":w,"height":h}, base_url=live_server.url)
            page=ctx.new_page(); wrong=[]
            page.on("console", lambda m: wrong.append(m.text) if m.type=="error" else None)
            page.on("pageerror", lambda e: wrong.append(str(e)))
            log_in(page,user); page.goto(path)
            if act: act(page, ctx)
            page.wait_for_load_state("networkidle")
            print(name, w, fits(page), wrong)
            page.screenshot(path=f"/tmp/h4shots/{name}_{w}.png", full_page=True)
            ctx.close()
        shot("auditor","/access-log/","log")
        shot("secadmin","/security/","security")
        shot("supervisor",f"/cases/{g.number}/","reason")
        def late(page, ctx):
            page.get_by_label("标题").fill("村口路灯不亮"); 
            page.locator("#id_description").fill("第三盏路灯不亮，\n晚上老人出行不便。")
            from django.contrib.sessions.models import Session
            from django.core.cache import cache
            Session.objects.all().delete(); cache.clear()
            page.evaluate("document.querySelectorAll('form').forEach(f=>{if(f.querySelector('[name=title]')){f.noValidate=true;HTMLFormElement.prototype.submit.call(f)}})")
            page.wait_for_selector("text=需要重新登录")
        shot("grid_worker","/reports/new/","late",late)
        ctx=b.new_context(viewport={"width":w,"height":h}, base_url=live_server.url); page=ctx.new_page(); page.goto("/login/?next=/cases/&why=idle&undone=1"); page.screenshot(path=f"/tmp/h4shots/login_{w}.png"); ctx.close()
        b.close()
    kinds._KINDS.pop("guarded")
